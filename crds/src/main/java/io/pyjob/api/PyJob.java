package io.pyjob.api;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A PySpark script to run, and how it is doing. */
@Group("pyjob.io")
@Version("v1alpha1")
@ShortNames("pj")
public final class PyJob extends CustomResource<PyJobSpec, PyJobStatus> implements Namespaced {}

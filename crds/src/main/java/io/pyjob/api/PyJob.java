package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A PySpark script to run, and how it is doing. */
@Group("pyjob.io")
@Version("v1alpha1")
@Plural("pyjobs")
@ShortNames("pj")
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.phase")
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".status.reason")
@AdditionalPrinterColumn(name = "Executors", jsonPath = ".status.summary.executors")
@AdditionalPrinterColumn(name = "Tasks", jsonPath = ".status.summary.tasks")
@AdditionalPrinterColumn(name = "Duration", jsonPath = ".status.summary.duration")
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
        name = "Attempt",
        jsonPath = ".status.attempt",
        type = AdditionalPrinterColumn.Type.INTEGER,
        priority = 1)
@AdditionalPrinterColumn(
        name = "Exit",
        jsonPath = ".status.exitCode",
        type = AdditionalPrinterColumn.Type.INTEGER,
        priority = 1)
@AdditionalPrinterColumn(name = "Message", jsonPath = ".status.message", priority = 1)
public final class PyJob extends CustomResource<PyJobSpec, PyJobStatus> implements Namespaced {
    @Override
    @Required
    @JsonPropertyDescription("What to run, and with how much.")
    public PyJobSpec getSpec() {
        return super.getSpec();
    }

    @Override
    @JsonPropertyDescription("What the operator says of the job.")
    public PyJobStatus getStatus() {
        return super.getStatus();
    }
}

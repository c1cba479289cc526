package io.pyjob.operator.leader;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.pyjob.operator.logs.ApiFailure;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the report Service pointing at this pod while it leads: written at once, then looked at now and then. */
public final class ReportAddressKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(ReportAddressKeeper.class);
    private static final String FIELD_MANAGER = "pyjob-operator";
    private static final int LOOK_MILLIS = 10_000;
    private static final int STOP_MILLIS = 1_000;

    private final KubernetesClient client;
    private final ReportAddress address;
    private final Thread looks = new Thread(this::look, "report-address");
    private String told = "";

    public ReportAddressKeeper(KubernetesClient client, ReportAddress address) {
        this.client = client;
        this.address = address;
    }

    /** From now on this pod gets the reports. */
    public void start() {
        looks.setDaemon(true);
        looks.start();
    }

    /** No pod gets them; called while this one still leads. */
    public void stop() {
        looks.interrupt();
        try {
            looks.join(STOP_MILLIS);
            Service service = service();
            if (service != null && address.isOurs(slice())) {
                write(address.nobody(service));
            }
        } catch (KubernetesClientException e) {
            LOG.warn("the address of the Service {} stays behind: {}", address.service(), ApiFailure.reason(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the process is in a hurry
        }
    }

    private void look() {
        try {
            while (true) {
                keep();
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it is stopped
        }
    }

    private void keep() {
        try {
            Service service = service();
            Optional<String> fault = ReportAddress.fault(service, address.service(), address.namespace());
            if (service != null) {
                EndpointSlice wanted = address.leading(service);
                if (!ReportAddress.isRight(slice(), wanted)) {
                    write(wanted);
                    LOG.info("reports to the Service {} come to {}", address.service(), address.podIp());
                }
            }
            tell(fault.orElse(""));
        } catch (KubernetesClientException e) { // tried again at the next look
            tell("the address of the Service " + address.service() + " cannot be kept: " + ApiFailure.reason(e));
        } catch (RuntimeException e) { // jobs run on without reports, so a defect here must not end the operator
            LOG.error("the address of the Service {} cannot be kept", address.service(), e);
        }
    }

    /** Each fault once, until it changes. */
    private void tell(String fault) {
        if (!fault.isEmpty() && !fault.equals(told)) {
            LOG.warn(fault);
        }
        told = fault;
    }

    private Service service() {
        return client.services()
                .inNamespace(address.namespace())
                .withName(address.service())
                .get();
    }

    private EndpointSlice slice() {
        return client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(address.namespace())
                .withName(address.service())
                .get();
    }

    private void write(EndpointSlice slice) {
        client.resource(slice)
                .patch(new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager(FIELD_MANAGER)
                        .withForce(true)
                        .build());
    }
}

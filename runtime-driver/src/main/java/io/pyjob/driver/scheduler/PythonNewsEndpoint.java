package io.pyjob.driver.scheduler;

import io.pyjob.driver.report.LiveReport;
import io.pyjob.executor.pod.ExecutorNews;
import org.apache.spark.rpc.RpcCallContext;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.rpc.ThreadSafeRpcEndpoint;
import scala.PartialFunction;
import scala.runtime.AbstractPartialFunction;
import scala.runtime.BoxedUnit;

/** Where executors tell what has gone wrong with their Python workers. */
record PythonNewsEndpoint(RpcEnv rpcEnv, LiveReport report) implements ThreadSafeRpcEndpoint {
    @Override
    public PartialFunction<Object, BoxedUnit> receiveAndReply(RpcCallContext caller) {
        return new AbstractPartialFunction<>() {
            @Override
            public boolean isDefinedAt(Object message) {
                return message instanceof ExecutorNews;
            }

            @Override
            public BoxedUnit apply(Object message) {
                ExecutorNews said = (ExecutorNews) message;
                report.pythonNews(said.executor(), said.news());
                caller.reply(true);
                return BoxedUnit.UNIT;
            }
        };
    }
}

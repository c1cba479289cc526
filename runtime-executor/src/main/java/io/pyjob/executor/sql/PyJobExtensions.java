package io.pyjob.executor.sql;

import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/** Brings PyJob's way of data into each session. Spark finds it as a service, so `spark.sql.extensions` stays the user's. */
public final class PyJobExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit>
        implements SparkSessionExtensionsProvider {
    @Override
    public BoxedUnit apply(SparkSessionExtensions extensions) {
        extensions.injectColumnar(session -> new ArrowNodes());
        return BoxedUnit.UNIT;
    }
}

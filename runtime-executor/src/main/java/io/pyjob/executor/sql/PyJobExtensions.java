package io.pyjob.executor.sql;

import org.apache.spark.sql.SparkSessionExtensions;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/** The name of this class is in `spark.sql.extensions`: it brings PyJob's way of data into each session. */
public final class PyJobExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {
    @Override
    public BoxedUnit apply(SparkSessionExtensions extensions) {
        extensions.injectColumnar(session -> new ArrowNodes());
        return BoxedUnit.UNIT;
    }
}

package org.apache.spark.sql.ml;

import java.util.List;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry$;
import org.apache.spark.sql.catalyst.analysis.SimpleFunctionRegistry;
import org.apache.spark.sql.catalyst.expressions.Expression;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Stands before the class of this name in spark-mllib, which Spark calls for every session. That one sets up Scala's
 * reflection to register three functions: about a quarter of all that a driver does until its session is there. This one
 * lets the first use of one of them do so.
 */
public final class InternalFunctionRegistration extends AbstractFunction1<SparkSessionExtensions, BoxedUnit>
        implements SparkSessionExtensionsProvider {

    static final List<String> FUNCTIONS = List.of("vector_to_array", "array_to_vector", "aggregate_metrics");

    /** In spark-mllib, untouched: registers the functions when it is initialized. */
    private static final String REGISTERS = "org.apache.spark.sql.ml.InternalFunctionRegistration$";

    @Override
    public BoxedUnit apply(SparkSessionExtensions extensions) {
        SimpleFunctionRegistry registry = FunctionRegistry$.MODULE$.internal();
        synchronized (registry) {
            for (String name : FUNCTIONS) {
                FunctionIdentifier function = new FunctionIdentifier(name);
                if (!registry.functionExists(function)) {
                    registry.registerFunction(function, new FirstUse(function), "internal");
                }
            }
        }
        return BoxedUnit.UNIT;
    }

    /** What a function is until its first use. */
    private static final class FirstUse extends AbstractFunction1<Seq<Expression>, Expression> {

        private final FunctionIdentifier function;

        FirstUse(FunctionIdentifier function) {
            this.function = function;
        }

        @Override
        public Expression apply(Seq<Expression> arguments) {
            SimpleFunctionRegistry registry = FunctionRegistry$.MODULE$.internal();
            // The registry's own lock: nobody looks while they are away. Replacing them instead would log warnings.
            synchronized (registry) {
                if (registry.lookupFunctionBuilder(function).contains(this)) {
                    FUNCTIONS.forEach(name -> registry.dropFunction(new FunctionIdentifier(name)));
                    initialize();
                }
            }
            return (Expression) registry.lookupFunction(function, arguments);
        }

        private static void initialize() {
            try {
                Class.forName(REGISTERS, true, InternalFunctionRegistration.class.getClassLoader());
            } catch (ClassNotFoundException gone) {
                throw new IllegalStateException("spark-mllib has no " + REGISTERS + ": it is not of this Spark", gone);
            }
        }
    }
}

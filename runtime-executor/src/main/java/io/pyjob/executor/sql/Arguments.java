package io.pyjob.executor.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.python.ChainedPythonFunctions;
import org.apache.spark.api.python.PythonFunction;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedArgumentExpression;
import org.apache.spark.sql.catalyst.expressions.PythonUDF;
import org.apache.spark.sql.execution.python.EvalPythonExec.ArgumentMetadata;
import scala.Option;
import scala.Tuple2;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What some functions take, each value once however many of them take it. Pure.
 *
 * @param functions chains, innermost function first, each with the id of its result
 * @param values what is sent
 * @param uses for each function, which of the values it takes
 */
record Arguments(
        List<Tuple2<ChainedPythonFunctions, Object>> functions,
        List<Expression> values,
        List<List<ArgumentMetadata>> uses) {

    static Arguments of(Seq<PythonUDF> udfs) {
        List<Tuple2<ChainedPythonFunctions, Object>> functions = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        List<List<ArgumentMetadata>> uses = new ArrayList<>();
        for (PythonUDF udf : CollectionConverters.asJava(udfs)) {
            List<PythonFunction> chain = new ArrayList<>();
            PythonUDF innermost = udf;
            chain.add(0, udf.func());
            while (innermost.children().length() == 1 && innermost.children().head() instanceof PythonUDF inner) {
                innermost = inner;
                chain.add(0, inner.func());
            }
            functions.add(new Tuple2<>(
                    new ChainedPythonFunctions(
                            CollectionConverters.asScala(chain).toSeq()),
                    udf.resultId().id()));
            uses.add(CollectionConverters.asJava(innermost.children()).stream()
                    .map(argument -> use(argument, values))
                    .toList());
        }
        return new Arguments(List.copyOf(functions), List.copyOf(values), List.copyOf(uses));
    }

    private static ArgumentMetadata use(Expression argument, List<Expression> values) {
        if (argument instanceof NamedArgumentExpression named) {
            return new ArgumentMetadata(numberOf(named.value(), values), Option.apply(named.key()), false);
        }
        return new ArgumentMetadata(numberOf(argument, values), Option.empty(), false);
    }

    private static int numberOf(Expression value, List<Expression> values) {
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i).semanticEquals(value)) {
                return i;
            }
        }
        values.add(value);
        return values.size() - 1;
    }

    /** Which column of `input` a value is; -1 if it has to be computed. */
    static int columnOf(Expression value, List<Attribute> input) {
        if (value instanceof Attribute attribute) {
            for (int i = 0; i < input.size(); i++) {
                if (input.get(i).exprId().equals(attribute.exprId())) {
                    return i;
                }
            }
        }
        return -1;
    }
}

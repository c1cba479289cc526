package io.pyjob.executor.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.python.PythonEvalType;
import org.apache.spark.api.python.PythonFunction;
import org.apache.spark.api.python.SimplePythonFunction;
import org.apache.spark.sql.catalyst.expressions.Add;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedArgumentExpression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.PythonUDF;
import org.apache.spark.sql.execution.python.EvalPythonExec.ArgumentMetadata;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

class ArgumentsTest {
    private static final AttributeReference A = column("a");
    private static final AttributeReference B = column("b");

    @Test
    void eachArgumentIsSentOnceInTheOrderOfItsFirstUse() {
        Arguments arguments = of(call("f", B, A), call("g", A), call("h", A, B, A));

        assertThat(arguments.values()).containsExactly(B, A);
        assertThat(arguments.uses()).containsExactly(used(0, 1), used(1), used(1, 0, 1));
    }

    @Test
    void equalExpressionsAreOneArgument() {
        Expression sum = new Add(A, B);
        Expression other = new Add(B, A);

        assertThat(of(call("f", sum, other, A), call("g", new Add(A, B))).values())
                .containsExactly(sum, A);
    }

    @Test
    void aChainTakesWhatItsInnermostFunctionTakes() {
        PythonUDF inner = call("inner", A, B);
        PythonUDF outer = call("outer", call("middle", inner));
        Arguments arguments = of(outer, call("other", B));

        assertThat(names(arguments, 0)).containsExactly("inner", "middle", "outer");
        assertThat(names(arguments, 1)).containsExactly("other");
        assertThat(arguments.functions().get(0)._2()).isEqualTo(outer.resultId().id());
        assertThat(arguments.values()).containsExactly(A, B);
        assertThat(arguments.uses()).containsExactly(used(0, 1), used(1));
    }

    @Test
    void namesOfArgumentsStayBesideTheirValues() {
        Arguments arguments =
                of(call("f", A, new NamedArgumentExpression("x", A), new NamedArgumentExpression("y", B)));

        assertThat(arguments.values()).containsExactly(A, B);
        assertThat(arguments.uses())
                .containsExactly(List.of(
                        new ArgumentMetadata(0, Option.empty(), false),
                        new ArgumentMetadata(0, Option.apply("x"), false),
                        new ArgumentMetadata(1, Option.apply("y"), false)));
    }

    @Test
    void aFunctionMayTakeNothing() {
        Arguments arguments = of(call("f"));

        assertThat(arguments.values()).isEmpty();
        assertThat(arguments.uses()).containsExactly(List.of());
    }

    @Test
    void columnsOfTheInputAreFoundByTheirIdAndNotByTheirName() {
        assertThat(Arguments.columnOf(B, List.of(A, B))).isEqualTo(1);
        assertThat(Arguments.columnOf(B.withName("other"), List.of(A, B))).isEqualTo(1);
        assertThat(Arguments.columnOf(column("b"), List.of(A, B))).isEqualTo(-1);
        assertThat(Arguments.columnOf(Literal.TrueLiteral(), List.of(A, B))).isEqualTo(-1);
    }

    private static Arguments of(PythonUDF... calls) {
        return Arguments.of(CollectionConverters.asScala(List.of(calls)).toSeq());
    }

    private static List<String> names(Arguments arguments, int function) {
        return CollectionConverters.asJava(
                        arguments.functions().get(function)._1().funcs())
                .stream()
                .map(PythonFunction::pythonExec)
                .toList();
    }

    private static List<ArgumentMetadata> used(int... numbers) {
        return java.util.Arrays.stream(numbers)
                .mapToObj(number -> new ArgumentMetadata(number, Option.empty(), false))
                .toList();
    }

    private static AttributeReference column(String name) {
        return new AttributeReference(
                name,
                DataTypes.LongType,
                true,
                Metadata.empty(),
                newId(),
                CollectionConverters.asScala(List.<String>of()).toSeq());
    }

    /** A function that can be told by the Python it would run with. */
    private static PythonUDF call(String name, Expression... arguments) {
        PythonFunction function =
                new SimplePythonFunction(new byte[0], Map.of(), List.of(), name, "3", List.of(), null);
        return new PythonUDF(
                name,
                function,
                DataTypes.LongType,
                CollectionConverters.asScala(Stream.of(arguments).toList()).toSeq(),
                PythonEvalType.SQL_SCALAR_PANDAS_UDF(),
                true,
                newId());
    }

    private static ExprId newId() {
        return NamedExpression.newExprId();
    }
}

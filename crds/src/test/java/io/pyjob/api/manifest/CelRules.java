package io.pyjob.api.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

/** Evaluates the rules of a CustomResourceDefinition, as an API server does. */
final class CelRules {
    private static final CelCompiler COMPILER = CelCompilerFactory.standardCelCompilerBuilder()
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addVar("self", SimpleType.DYN)
            .addVar("oldSelf", SimpleType.DYN)
            .addFunctionDeclarations(
                    CelFunctionDecl.newFunctionDeclaration(
                            "quantity",
                            CelOverloadDecl.newGlobalOverload("to_quantity", SimpleType.DYN, SimpleType.STRING)),
                    CelFunctionDecl.newFunctionDeclaration(
                            "asApproximateFloat",
                            CelOverloadDecl.newMemberOverload("quantity_as_float", SimpleType.DOUBLE, SimpleType.DYN)),
                    CelFunctionDecl.newFunctionDeclaration(
                            "compareTo",
                            CelOverloadDecl.newMemberOverload(
                                    "compare_quantities", SimpleType.INT, SimpleType.DYN, SimpleType.DYN)))
            .build();
    private static final CelRuntime RUNTIME = CelRuntimeFactory.standardCelRuntimeBuilder()
            .addFunctionBindings(
                    CelFunctionBinding.from("to_quantity", String.class, CelRules::quantity),
                    CelFunctionBinding.from("quantity_as_float", BigDecimal.class, BigDecimal::doubleValue),
                    CelFunctionBinding.from(
                            "compare_quantities",
                            BigDecimal.class,
                            BigDecimal.class,
                            (a, b) -> Long.valueOf(a.compareTo(b))))
            .build();

    private final Map<String, CelRuntime.Program> programs = new HashMap<>();

    /** The paths of what breaks a rule in {@code value}, which is new. */
    Set<String> broken(String path, JsonNode value, JsonNode schema) {
        return broken(path, value, Optional.empty(), schema);
    }

    /** The paths of what breaks a rule in {@code value}, which was {@code before}. */
    Set<String> brokenByEdit(String path, JsonNode before, JsonNode value, JsonNode schema) {
        return broken(path, value, Optional.of(before), schema);
    }

    private Set<String> broken(String path, JsonNode value, Optional<JsonNode> before, JsonNode schema) {
        Set<String> broken = new TreeSet<>();
        for (JsonNode rule : schema.path("x-kubernetes-validations")) {
            if (!holds(rule.get("rule").asText(), value, before)) {
                broken.add(path + rule.path("fieldPath").asText());
            }
        }
        schema.path("properties").properties().forEach(property -> {
            if (value.has(property.getKey())) {
                String child = path + '.' + property.getKey();
                broken.addAll(broken(
                        child,
                        value.get(property.getKey()),
                        before.map(b -> b.get(property.getKey())),
                        property.getValue()));
            }
        });
        for (int i = 0; value.isArray() && i < value.size(); i++) {
            broken.addAll(broken(path + '[' + i + ']', value.get(i), Optional.empty(), schema.path("items")));
        }
        return broken;
    }

    /** A rule about an edit holds for what was not there before. */
    private boolean holds(String rule, JsonNode self, Optional<JsonNode> before) {
        if (rule.contains("oldSelf") && before.isEmpty()) {
            return true;
        }
        try {
            CelRuntime.Program program = programs.computeIfAbsent(rule, CelRules::program);
            return (Boolean) program.eval(Map.of("self", longs(self), "oldSelf", longs(before.orElse(self))));
        } catch (CelEvaluationException e) {
            throw new AssertionError(rule + " on " + self, e);
        }
    }

    private static CelRuntime.Program program(String rule) {
        try {
            return RUNTIME.createProgram(COMPILER.compile(rule).getAst());
        } catch (CelValidationException | CelEvaluationException e) {
            throw new AssertionError(rule, e);
        }
    }

    private static BigDecimal quantity(String text) {
        return Quantity.parse(text).getNumericalAmount();
    }

    /** CEL's whole numbers are longs. */
    private static Object longs(JsonNode node) {
        if (node.isIntegralNumber()) {
            return node.asLong();
        }
        if (node.isObject()) {
            Map<String, Object> fields = new HashMap<>();
            node.properties().forEach(e -> fields.put(e.getKey(), longs(e.getValue())));
            return fields;
        }
        if (node.isArray()) {
            return StreamSupport.stream(node.spliterator(), false)
                    .map(CelRules::longs)
                    .toList();
        }
        return node.isBoolean() ? (Object) node.booleanValue() : node.asText();
    }
}

package io.pyjob.operator.http;

import java.util.function.Function;

/** What an endpoint says to a request's head. */
public sealed interface Reception {

    /** The answer is known already; a body is passed over. */
    record Answered(Answer answer) implements Reception {}

    /** The body is wanted. */
    record Wanted(Function<byte[], Answer> reader) implements Reception {}
}

package io.pyjob.operator.ui;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers what was asked a moment ago: a page of Spark's has a dozen parts. So who loses a right sees pages for a little
 * longer. Tokens are not kept, only what they hash to.
 */
public final class RememberedAccess implements Access {
    static final Duration ALLOWED = Duration.ofSeconds(30);
    static final Duration REFUSED = Duration.ofSeconds(3);
    private static final int MOST = 10_000;

    private final Access access;
    private final Clock clock;
    private final Map<String, Known> known = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MOST;
        }
    };

    private record Known(Verdict verdict, Instant until) {}

    public RememberedAccess(Access access, Clock clock) {
        this.access = access;
        this.clock = clock;
    }

    @Override
    public Verdict judge(String token, String namespace, String job) {
        String key = hash(token) + " " + namespace + "/" + job;
        Instant now = clock.instant();
        synchronized (known) {
            Known before = known.get(key);
            if (before != null && now.isBefore(before.until())) {
                return before.verdict();
            }
        }
        Verdict verdict = access.judge(token, namespace, job);
        Duration validity = verdict instanceof Verdict.Allowed ? ALLOWED : REFUSED;
        synchronized (known) {
            known.remove(key);
            known.put(key, new Known(verdict, now.plus(validity)));
        }
        return verdict;
    }

    private static String hash(String token) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}

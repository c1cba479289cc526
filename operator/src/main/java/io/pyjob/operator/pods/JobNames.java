package io.pyjob.operator.pods;

import io.pyjob.api.PyJob;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The names of a job's objects. They follow from the job alone, so that doing a plan twice creates nothing twice.
 *
 * @param base what every name begins with, also the job's name as a label value: the job's own name where that is short
 *     and plain enough, else its beginning and a hash of all of it
 * @param life a hash of the job's uid: no two jobs have it, even if they have one name, one after the other. What pods
 *     mount is named by it, for a kubelet keeps an immutable ConfigMap or Secret under its name as long as a pod there
 *     has it mounted. The pods of a job that is made anew would get the script of the job that was deleted
 */
public record JobNames(String base, String life) {
    /** Leaves room in 63 characters for the longest suffix, -2147483647-exec-2147483647: a pod's name is also its host name. */
    public static final int MAX_BASE = 36;

    /** As long as a label's value may be. */
    public static final int MAX_LABEL = 63;

    private static final int HASH_CHARACTERS = 8;

    /** A Service's name must begin with a letter and have no dots (RFC 1035), unlike a PyJob's. */
    private static final Pattern PLAIN = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");

    /** The names for {@code job}. */
    public static JobNames of(PyJob job) {
        return new JobNames(
                base(job.getMetadata().getName(), MAX_BASE),
                hash(job.getMetadata().getUid()));
    }

    /** {@code name} itself where it is short and plain enough, else its beginning and a hash of all of it. */
    public static String base(String name, int most) {
        return name.length() <= most && PLAIN.matcher(name).matches() ? name : shortened(name, most);
    }

    public String service() {
        return base + "-driver";
    }

    public String secret() {
        return base + "-pyjob-" + life;
    }

    public String configMap() {
        return base + "-pyjob-" + life;
    }

    public String networkPolicy() {
        return base + "-pyjob";
    }

    public String driverPod(int attempt) {
        return base + "-" + attempt + "-driver";
    }

    public String executorPod(int attempt, int executorId) {
        return base + "-" + attempt + "-exec-" + executorId;
    }

    private static String shortened(String name, int most) {
        String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-");
        String begin = Character.isLetter(plain.charAt(0)) ? plain : "j" + plain;
        String cut = begin.substring(0, Math.min(begin.length(), most - HASH_CHARACTERS - 1));
        return cut.replaceAll("-+$", "") + "-" + hash(name);
    }

    private static String hash(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH_CHARACTERS);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}

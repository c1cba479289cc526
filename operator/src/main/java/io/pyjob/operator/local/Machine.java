package io.pyjob.operator.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What this machine gives to containers, as images and a kubelet would.
 *
 * @param folder where the run's files are
 * @param home the runtime image's content: PYJOB_HOME
 * @param java what JVM containers run
 * @param python what Python containers run
 * @param workFolder the driver's working directory: the manifest's folder
 * @param hostEnv variables of this machine that every container gets (PATH, locale, time zone), and that Python containers get
 * @param objects what stands in for the cluster's Secrets, ConfigMaps and volumes
 * @param isolate whether each container has namespaces of its own
 * @param training whether the JVMs are to leave archives of their classes, from which later ones start faster
 */
record Machine(
        RunFolder folder,
        Path home,
        Path java,
        Path python,
        Path workFolder,
        HostEnv hostEnv,
        LocalObjects objects,
        boolean isolate,
        boolean training) {

    /** Where the manifest's own volumes are here. */
    LocalVolumes volumes() {
        return new LocalVolumes(objects, folder);
    }

    /** Variables taken over from the user's own environment. */
    record HostEnv(Map<String, String> everywhere, Map<String, String> python) {
        private static final List<String> EVERYWHERE =
                List.of("HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ");

        private static final List<String> LOCALES = List.of("LC_ALL", "LC_CTYPE", "LANG");

        HostEnv {
            everywhere = Map.copyOf(everywhere);
            python = Map.copyOf(python);
        }

        /** From all of {@code env} what containers get; {@code named} are those that the user asked for. */
        static HostEnv of(Map<String, String> env, Map<String, String> named) {
            Map<String, String> everywhere = new java.util.TreeMap<>();
            EVERYWHERE.forEach(name -> {
                String value = env.get(name);
                if (value != null) {
                    everywhere.put(name, value);
                }
            });
            // As in the images: without any a JVM could not open files whose names have other letters than English.
            if (LOCALES.stream().allMatch(name -> env.getOrDefault(name, "").isEmpty())) {
                everywhere.put("LANG", "C.UTF-8");
            }
            return new HostEnv(everywhere, named);
        }
    }
}

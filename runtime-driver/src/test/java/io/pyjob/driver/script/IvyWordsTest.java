package io.pyjob.driver.script;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IvyWordsTest {
    @Test
    void whatCannotBeHadIsNamedAsMavenNamesIt() {
        assertThat(IvyWords.unresolved("[unresolved dependency: com.acme#tool_2.13;1.0: not found, download failed:"
                        + " com.acme#words;2.0!words.jar, unresolved dependency: com.acme#tool_2.13;1.0: not found]"))
                .containsExactly(
                        "com.acme:tool_2.13:1.0 is in none of the repositories",
                        "the jar of com.acme:words:2.0 cannot be had");
        assertThat(IvyWords.unresolved("requirement failed: Provided Maven Coordinates must be ..."))
                .isEmpty();
    }

    @Test
    void versionsThatWereNotTakenAreRead() {
        assertThat(IvyWords.evictions("""
                \tfound com.acme#words;2.0 in user-list
                \t:: evicted modules:
                \tcom.acme#words;1.0 by [com.acme#words;2.0] in [default]
                \torg.other#lib_2.13;1.5 from central by [org.other#lib_2.13;1.6, org.other#lib_2.13;1.7] in [default]
                \t---------------------------------------------------------------------
                """))
                .containsExactly(
                        "two packages ask for different versions of com.acme:words: 2.0 is taken, and not 1.0",
                        "two packages ask for different versions of org.other:lib_2.13: 1.6 and 1.7 is taken, and not"
                                + " 1.5");
    }
}

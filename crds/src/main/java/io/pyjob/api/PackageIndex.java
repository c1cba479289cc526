package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where pip gets Python packages from. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(value = Rules.NO_INDEX, message = Rules.NO_INDEX_MESSAGE, fieldPath = ".noIndex")
@ValidationRule(value = Rules.INDEX_LOGIN, message = Rules.INDEX_LOGIN_MESSAGE, fieldPath = ".credentials")
public record PackageIndex(
        @JsonPropertyDescription("The index that is asked instead of PyPI, such as https://pypi.example.com/simple.")
        @Pattern(Patterns.INDEX_URL)
        @Size(max = 2048)
        @Nullable
        String url,

        @JsonPropertyDescription(
                "More indexes. pip takes the highest version of all: an index of your own that mirrors PyPI is safer, as url.")
        @Size(max = 16)
        List<@Pattern(Patterns.INDEX_URL) @Size(max = 2048) String> extra,

        @JsonPropertyDescription("Folders of the Python image, or pages, with packages.") @Size(max = 16)
        List<@Pattern(Patterns.FIND_LINKS) @Size(max = 2048) String> findLinks,

        @JsonPropertyDescription(
                "A PersistentVolumeClaim in the job's namespace with packages at its top, as pip download leaves them. Mounted read-only into Python containers; a local run has none.")
        @Pattern(Patterns.DNS_SUBDOMAIN)
        @Size(max = 253)
        @Nullable
        String claim,

        @JsonPropertyDescription("Whether no index is asked at all: packages then come from claim and findLinks only.")
        @Nullable
        Boolean noIndex,

        @JsonPropertyDescription(
                "A Secret of type kubernetes.io/basic-auth in the job's namespace: username and password for url. Only Python containers get them. A local run takes pip's own settings.")
        @Pattern(Patterns.DNS_SUBDOMAIN)
        @Size(max = 253)
        @Nullable
        String credentials) {
    public static final PackageIndex DEFAULT = new PackageIndex(null, List.of(), List.of(), null, null, null);

    public PackageIndex {
        extra = extra == null ? List.of() : List.copyOf(extra);
        findLinks = findLinks == null ? List.of() : List.copyOf(findLinks);
    }

    /** The same for a machine that has no cluster's objects: what the claim would have comes from where pip looks there. */
    public PackageIndex withoutCluster() {
        return new PackageIndex(url, extra, findLinks, null, claim == null ? noIndex : null, null);
    }

    /** Whether packages come from claim and findLinks only. */
    public boolean asksNoIndex() {
        return Boolean.TRUE.equals(noIndex);
    }
}

/** Reads manifests and tells everything that is wrong in them, as an API server would judge them but in plainer words. */
@NullMarked
package io.pyjob.api.manifest;

import org.jspecify.annotations.NullMarked;

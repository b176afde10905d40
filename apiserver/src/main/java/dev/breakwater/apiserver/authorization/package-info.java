/** Whether they may: SubjectAccessReview, and the words of a refusal (k8s-wire 2.4). */
@NullMarked
package dev.breakwater.apiserver.authorization;

import org.jspecify.annotations.NullMarked;

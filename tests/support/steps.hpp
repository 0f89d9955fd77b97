// How many steps of a long random test a build takes: all, or with sanitizers, which make each take ten times as long,
// a fifth of them.
#pragma once

namespace pontoon {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
inline constexpr bool kSanitized = __has_feature(address_sanitizer);
#else
inline constexpr bool kSanitized = false;
#endif

template <typename Number>
constexpr Number steps(Number all) {
    return kSanitized ? all / 5 : all;
}

} // namespace pontoon

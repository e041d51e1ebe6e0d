// src/core/support/sha1.cpp: SHA-1 as FIPS 180-4 has it.
#include "core/support/sha1.hpp"

#include <array>
#include <bit>
#include <cstdint>

#include "core/support/digests.hpp"

#include "core/support/tripwire.hpp"

namespace quire {
namespace {

using State = std::array<std::uint32_t, 5>;
constexpr std::size_t block = 64;

void digest_block(State &state, const unsigned char *bytes)
{
    std::array<std::uint32_t, 80> w;
    for (std::size_t i = 0; i < 16; ++i)
        w[i] = std::uint32_t{bytes[4 * i]} << 24 | std::uint32_t{bytes[4 * i + 1]} << 16 |
               std::uint32_t{bytes[4 * i + 2]} << 8 | bytes[4 * i + 3];
    for (std::size_t i = 16; i < 80; ++i) w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    auto [a, b, c, d, e] = state;
    for (std::size_t i = 0; i < 80; ++i) {
        const std::uint32_t f = i < 20   ? ((b & c) | (~b & d)) + 0x5A827999
                                : i < 40 ? (b ^ c ^ d) + 0x6ED9EBA1
                                : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC
                                         : (b ^ c ^ d) + 0xCA62C1D6;
        const std::uint32_t next = std::rotl(a, 5) + f + e + w[i];
        e = d;
        d = c;
        c = std::rotl(b, 30);
        b = a;
        a = next;
    }
    state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d, state[4] + e};
}

// The digest as bytes, for where OpenSSL refuses SHA-1, as policies of sites may have it.
std::string digest_portably(std::string_view bytes)
{
    State state{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    const auto *data = reinterpret_cast<const unsigned char *>(bytes.data());
    std::size_t left = bytes.size();
    for (; left >= block; left -= block, data += block) digest_block(state, data);

    std::array<unsigned char, 2 * block> tail{};
    for (std::size_t i = 0; i < left; ++i) tail[i] = data[i];
    tail[left] = 0x80;
    const std::size_t size = left + 9 <= block ? block : 2 * block;
    const std::uint64_t bits = std::uint64_t{bytes.size()} * 8;
    for (std::size_t i = 0; i < 8; ++i) tail[size - 1 - i] = static_cast<unsigned char>(bits >> (8 * i));
    for (std::size_t at = 0; at < size; at += block) digest_block(state, tail.data() + at);

    std::string digest;
    for (const std::uint32_t word : state)
        for (int shift = 24; shift >= 0; shift -= 8) digest += static_cast<char>(word >> shift);
    return digest;
}

}  // namespace

std::string sha1_hex(std::string_view bytes)
{
    // OpenSSL uses the processor's own instructions for it, which pays for files, and not for names.
    constexpr std::size_t large = 4096;
    std::string digest = bytes.size() < large ? std::string() : digest_bytes(DigestKind::sha1, bytes);
    if (digest.empty()) digest = digest_portably(bytes);
    std::string hex;
    for (const char byte : digest)
        for (const int shift : {4, 0}) hex += "0123456789abcdef"[byte >> shift & 0xF];
    return hex;
}

}  // namespace quire

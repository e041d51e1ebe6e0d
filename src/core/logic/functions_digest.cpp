// src/core/logic/functions_digest.cpp: digests, base64 and signed texts.
#include <algorithm>
#include <array>
#include <string>

#include "core/logic/function_bodies.hpp"
#include "core/support/ascii.hpp"
#include "core/support/base64.hpp"
#include "core/support/digests.hpp"
#include "core/support/utf8.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic::bodies {
namespace {

// "SHA-256", in any case and without its dash where the dialect does not care.
std::string algorithm_name(Evaluator &evaluator, std::string_view text)
{
    std::string name;
    for (const char c : text)
        if (!evaluator.is_java() || c != '-')
            name += is_lower(c) && evaluator.is_java() ? static_cast<char>(c - 32) : c;
    return name;
}

DigestKind kind_of(Evaluator &evaluator, std::string_view text)
{
    struct Named {
        std::string_view dashed, plain;
        DigestKind kind;
    };
    static constexpr std::array<Named, 5> known{{{"MD5", "MD5", DigestKind::md5},
                                                 {"SHA-1", "SHA1", DigestKind::sha1},
                                                 {"SHA-256", "SHA256", DigestKind::sha256},
                                                 {"SHA-384", "SHA384", DigestKind::sha384},
                                                 {"SHA-512", "SHA512", DigestKind::sha512}}};
    const std::string name = algorithm_name(evaluator, text);
    for (const Named &one : known)
        if (name == (evaluator.is_java() ? one.plain : one.dashed)) return one.kind;
    evaluator.fail("digest() knows MD5, SHA-1, SHA-256, SHA-384 and SHA-512");
}

std::string padded_base64(std::string_view bytes)
{
    std::string text = encode_base64(bytes, Base64::standard);
    while (text.size() % 4 != 0) text += '=';
    return text;
}

std::optional<std::string> from_base64(std::string_view text)
{
    std::string digits;
    for (const char c : text)
        if (!is_space(c)) digits += c;
    while (!digits.empty() && digits.back() == '=') digits.pop_back();
    return decode_base64(digits, Base64::standard);
}

std::string in_hex(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        text += digits[static_cast<unsigned char>(c) >> 4];
        text += digits[static_cast<unsigned char>(c) & 15];
    }
    return text;
}

Value text_or_blank(Evaluator &evaluator, const std::string &text)
{
    return Value::of(is_utf8(text) ? evaluator.arena().copy(text) : std::string_view());
}

}  // namespace

Value digest(Evaluator &evaluator, const Op &call, const Context &context)
{
    const std::string_view text = evaluator.text_argument(call, 0, context);
    const DigestKind kind = kind_of(evaluator, evaluator.text_argument(call, 1, context));
    std::string encoding(call.list.size > 2 ? evaluator.text_argument(call, 2, context) : "base64");
    if (evaluator.is_java()) std::transform(encoding.begin(), encoding.end(), encoding.begin(), to_lower);
    if (encoding != "base64" && encoding != "hex") evaluator.fail("digest() writes base64 and hex");
    evaluator.spend(1 + text.size() / 64);
    const std::string bytes = digest_bytes(kind, text);
    if (bytes.empty()) evaluator.fail("this server's OpenSSL does not have that digest");
    return Value::of(evaluator.arena().copy(encoding == "hex" ? in_hex(bytes) : padded_base64(bytes)));
}

Value base64_decode(Evaluator &evaluator, const Op &call, const Context &context)
{
    const auto bytes = from_base64(evaluator.text_argument(call, 0, context));
    return bytes ? text_or_blank(evaluator, *bytes) : Value::of(std::string_view());
}

Value extract_signed(Evaluator &evaluator, const Op &call, const Context &context)
{
    constexpr std::size_t signature_size = 64, key_size = 32;
    const auto bytes = from_base64(evaluator.text_argument(call, 0, context));
    const auto key = from_base64(evaluator.text_argument(call, 1, context));
    if (!bytes || bytes->size() < signature_size || !key || key->size() != key_size)
        return Value::of(std::string_view());
    const std::string_view signature = std::string_view(*bytes).substr(0, signature_size);
    const std::string message = bytes->substr(signature_size);
    return is_signed(message, signature, *key) ? text_or_blank(evaluator, message) : Value::of(std::string_view());
}

}  // namespace quire::logic::bodies

// test/fuzz/password_hash_fuzz.cpp: hashes of any making are taken apart or refused, and say nothing of themselves.
#include <algorithm>
#include <string>
#include <string_view>

#include "core/secrets/password_hash.hpp"
#include "core/secrets/passwords.hpp"
#include "core/support/base64.hpp"
#include "fuzz/fuzz.hpp"

namespace {

namespace secrets = quire::secrets;
using quire::fuzz::must;

constexpr secrets::Limits tiny = {64 << 10, 256 << 10, 20, 4};
constexpr secrets::Argon2 scheme = {secrets::Argon2::Kind::id, 0x13, 64, 2, 1};

// A fault may repeat what this house wrote, but nothing of the hash: no five characters of it with a digit among them.
void check_fault(std::string_view text, const std::string &message)
{
    must(!message.empty(), "every fault has words");
    for (std::size_t i = 0; i + 5 <= text.size(); ++i) {
        const std::string_view part = text.substr(i, 5);
        if (part.find_first_of("$=:+") == part.npos) continue;
        must(message.find(part) == message.npos, "no part of a hash is in a message");
    }
}

void check_hash(const secrets::PasswordHash &hash, std::string_view password)
{
    must(hash.digest.size() >= secrets::min_digest, "there is a digest to compare with");
    must(hash.digest.size() <= secrets::max_digest, "of a size that digests have");
    must(hash.salt.size() <= secrets::max_salt, "and no endless salt");
    (void)secrets::needs_rehash(hash, scheme);

    const bool allowed = !secrets::find_excess(hash.scheme, tiny);
    const auto verdict = secrets::verify_password(password, hash, tiny, quire::never);
    must(verdict.ok() == allowed, "what is within the limits is computed, and nothing else");
}

}  // namespace

// A hash, and below it the password; or the name of a scheme for columns of bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view input = quire::fuzz::text(data, size);
    const std::size_t line = std::min(input.find('\n'), input.size());
    const std::string_view text = input.substr(0, line);
    const std::string_view rest = input.substr(std::min(line + 1, input.size()));

    const auto hash = secrets::parse_password_hash(text);
    if (hash.ok()) {
        check_hash(hash.value(), rest);
        if (const auto *const argon2 = std::get_if<secrets::Argon2>(&hash.value().scheme)) {
            const auto &[_, salt, digest] = hash.value();
            const auto again = secrets::parse_password_hash(secrets::format_argon2(*argon2, salt, digest));
            must(again.ok() && again.value().digest == digest && again.value().salt == salt, "argon2 goes round");
        }
    } else {
        check_fault(text, hash.fault().message);
    }

    const auto raw = secrets::make_password_hash(rest, "salt", text);
    if (raw.ok())
        check_hash(raw.value(), rest);
    else if (text.size() > 12)
        check_fault(text, raw.fault().message);

    for (const auto alphabet : {quire::Base64::standard, quire::Base64::adapted, quire::Base64::url}) {
        must(quire::decode_base64(quire::encode_base64(text, alphabet), alphabet) == text, "base64 goes round");
        if (const auto bytes = quire::decode_base64(text, alphabet); bytes && alphabet != quire::Base64::adapted)
            must(quire::encode_base64(*bytes, alphabet) == text, "there is one spelling");
    }
    return 0;
}

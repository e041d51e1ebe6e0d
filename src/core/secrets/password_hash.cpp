// src/core/secrets/password_hash.cpp: one reader for each way that hashes are written.
#include "core/secrets/password_hash.hpp"

#include <array>
#include <limits>
#include <optional>
#include <vector>

#include "core/support/ascii.hpp"
#include "core/support/base64.hpp"
#include "core/support/tripwire.hpp"

namespace quire::secrets {
namespace {

Fault fault(const char *message)
{
    return {0, message};
}

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    for (std::size_t start = 0;;) {
        const std::size_t end = text.find(separator, start);
        parts.push_back(text.substr(start, end - start));
        if (end == text.npos) return parts;
        start = end + 1;
    }
}

// A number from 1 on, without leading zeros.
std::optional<std::uint32_t> read_number(std::string_view text)
{
    if (text.empty() || text.size() > 10 || text.front() == '0') return std::nullopt;
    std::uint64_t number = 0;
    for (const char c : text) {
        if (!is_digit(c)) return std::nullopt;
        number = number * 10 + static_cast<std::uint64_t>(c - '0');
    }
    if (number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    return static_cast<std::uint32_t>(number);
}

// "m=1,t=2,p=3" for the names "m", "t" and "p".
template <std::size_t Count>
std::optional<std::array<std::uint32_t, Count>> read_parameters(std::string_view text,
                                                                const std::array<std::string_view, Count> &names)
{
    const auto parts = split(text, ',');
    if (parts.size() != Count) return std::nullopt;
    std::array<std::uint32_t, Count> numbers{};
    for (std::size_t i = 0; i < Count; ++i) {
        const std::size_t length = names[i].size();
        if (parts[i].substr(0, length) != names[i] || parts[i].substr(length, 1) != "=") return std::nullopt;
        const auto number = read_number(parts[i].substr(length + 1));
        if (!number) return std::nullopt;
        numbers[i] = *number;
    }
    return numbers;
}

bool is_printable(std::string_view text)
{
    for (const char c : text)
        if (c <= ' ' || c > '~') return false;
    return true;
}

// Puts the parts together, each of a length that it can have.
Result<PasswordHash> assemble(Scheme scheme, std::optional<std::string> salt, std::optional<std::string> digest)
{
    if (!salt) return fault("has a salt that is not base64");
    if (!digest) return fault("has a digest that is not written as its format wants it");
    if (salt->size() > max_salt) return fault("has a salt of more than 1024 bytes");
    if (digest->size() < min_digest) return fault("has a digest of fewer than 12 bytes");
    if (digest->size() > max_digest) return fault("has a digest of more than 128 bytes");
    return PasswordHash{std::move(scheme), *std::move(salt), *std::move(digest)};
}

// $argon2id$v=19$m=19456,t=2,p=1$salt$digest; without v it is of version 16.
Result<PasswordHash> parse_argon2(std::string_view text)
{
    auto parts = split(text.substr(1), '$');
    Argon2 argon2;
    if (parts[0] == "argon2d")
        argon2.kind = Argon2::Kind::d;
    else if (parts[0] == "argon2i")
        argon2.kind = Argon2::Kind::i;
    else if (parts[0] != "argon2id")
        return fault("is of a kind of argon2 that is not known");

    if (parts.size() == 4) {
        argon2.version = 0x10;
        parts.insert(parts.begin() + 1, std::string_view());
    } else if (parts.size() != 5) {
        return fault("has not the parts that a hash of argon2 has");
    } else if (parts[1] == "v=16") {
        argon2.version = 0x10;
    } else if (parts[1] != "v=19") {
        return fault("is of a version of argon2 that is not known");
    }

    const auto numbers = read_parameters<3>(parts[2], {"m", "t", "p"});
    if (!numbers) return fault("has other parameters than m, t and p, or no number for one of them");
    argon2.memory = (*numbers)[0];
    argon2.iterations = (*numbers)[1];
    argon2.parallelism = (*numbers)[2];
    if (argon2.parallelism > 255 || argon2.memory < 8 * argon2.parallelism)
        return fault("has parameters that argon2 cannot have");

    auto salt = decode_base64(parts[3], Base64::standard);
    if (salt && salt->size() < 8) return fault("has a salt of fewer than 8 bytes");
    return assemble(argon2, std::move(salt), decode_base64(parts[4], Base64::standard));
}

// $2b$12$, then 22 characters of salt and 31 of digest in an alphabet of its own.
Result<PasswordHash> parse_bcrypt(std::string_view text)
{
    const auto in_alphabet = [](std::string_view part) {
        for (const char c : part)
            if (!is_alnum(c) && c != '.' && c != '/') return false;
        return true;
    };
    if (text.size() != 60) return fault("has not the length of a hash of bcrypt");
    if (std::string_view("aby").find(text[2]) == std::string_view::npos)
        return fault("is of a kind of bcrypt that is not known");
    if (text[3] != '$' || !is_digit(text[4]) || !is_digit(text[5]) || text[6] != '$')
        return fault("has no cost of two digits");
    if (!in_alphabet(text.substr(7))) return fault("has a character that bcrypt does not write");

    const auto cost = static_cast<std::uint32_t>((text[4] - '0') * 10 + (text[5] - '0'));
    if (cost < 4 || cost > 31) return fault("has a cost that bcrypt cannot have");
    return PasswordHash{Bcrypt{cost, std::string(text.substr(0, 7))}, std::string(text.substr(7, 22)),
                        std::string(text.substr(29))};
}

std::optional<Scrypt> make_scrypt(std::uint64_t n, std::uint32_t r, std::uint32_t p)
{
    if (n < 2 || n > std::uint64_t{1} << 31 || (n & (n - 1)) != 0) return std::nullopt;
    if (std::uint64_t{r} * p >= std::uint64_t{1} << 30) return std::nullopt;
    // Of RFC 7914: N is less than 2^(128 r / 8).
    if (r == 1 && n >= 65536) return std::nullopt;
    return Scrypt{static_cast<std::uint32_t>(n), r, p};
}

// $scrypt$ln=16,r=8,p=1$salt$digest
Result<PasswordHash> parse_scrypt(std::string_view text)
{
    const auto parts = split(text.substr(1), '$');
    if (parts.size() != 4) return fault("has not the parts that a hash of scrypt has");
    const auto numbers = read_parameters<3>(parts[1], {"ln", "r", "p"});
    if (!numbers) return fault("has other parameters than ln, r and p, or no number for one of them");
    const auto scrypt = (*numbers)[0] > 31
                            ? std::nullopt
                            : make_scrypt(std::uint64_t{1} << (*numbers)[0], (*numbers)[1], (*numbers)[2]);
    if (!scrypt) return fault("has parameters that scrypt cannot have");
    return assemble(*scrypt, decode_base64(parts[2], Base64::standard), decode_base64(parts[3], Base64::standard));
}

const char *find_digest(std::string_view name)
{
    if (name == "sha1") return "SHA1";
    if (name == "sha256") return "SHA256";
    if (name == "sha512") return "SHA512";
    return nullptr;
}

Result<Scheme> make_pbkdf2(std::string_view digest, std::string_view iterations)
{
    const char *const name = find_digest(digest);
    if (!name) return fault("is of PBKDF2 with another digest than sha1, sha256 and sha512");
    const auto number = read_number(iterations);
    if (!number) return fault("has no number of iterations");
    return Scheme(Pbkdf2{name, *number});
}

// $pbkdf2-sha256$29000$salt$digest; $pbkdf2$ is that of sha1.
Result<PasswordHash> parse_pbkdf2(std::string_view text)
{
    const auto parts = split(text.substr(1), '$');
    if (parts.size() != 4) return fault("has not the parts that a hash of PBKDF2 has");
    const auto scheme = make_pbkdf2(parts[0] == "pbkdf2" ? "sha1" : parts[0].substr(7), parts[1]);
    if (!scheme.ok()) return scheme.fault();
    return assemble(scheme.value(), decode_base64(parts[2], Base64::adapted), decode_base64(parts[3], Base64::adapted));
}

// pbkdf2_sha256$600000$salt$digest; the salt is used as it is written, the digest is padded.
Result<PasswordHash> parse_django(std::string_view text)
{
    const auto parts = split(text, '$');
    if (parts.size() != 4) return fault("has not the parts that a hash of Django has");
    const auto scheme = make_pbkdf2(parts[0].substr(7), parts[1]);
    if (!scheme.ok()) return scheme.fault();
    if (parts[2].empty() || !is_printable(parts[2])) return fault("has a salt that is not plain characters");

    std::string_view digest = parts[3];
    if (digest.size() % 4 != 0) return fault("has a digest that is not padded base64");
    for (int i = 0; i < 2 && !digest.empty() && digest.back() == '='; ++i) digest.remove_suffix(1);
    return assemble(scheme.value(), std::string(parts[2]), decode_base64(digest, Base64::standard));
}

// Werkzeug's methods: pbkdf2:sha256:600000, scrypt:32768:8:1.
Result<Scheme> parse_method(std::string_view text)
{
    const auto parts = split(text, ':');
    if (parts[0] == "pbkdf2") {
        // Without a number it meant another number in each version of Werkzeug.
        if (parts.size() != 3) return fault("does not say digest and iterations of PBKDF2");
        return make_pbkdf2(parts[1], parts[2]);
    }
    if (parts[0] != "scrypt") return fault("is of no method that is known");
    if (parts.size() != 4) return fault("does not say N, r and p of scrypt");
    const auto n = read_number(parts[1]), r = read_number(parts[2]), p = read_number(parts[3]);
    const auto scrypt = n && r && p ? make_scrypt(*n, *r, *p) : std::nullopt;
    if (!scrypt) return fault("has parameters that scrypt cannot have");
    return Scheme(*scrypt);
}

// method$salt$digest; the salt is used as it is written.
Result<PasswordHash> parse_werkzeug(std::string_view text)
{
    const auto parts = split(text, '$');
    if (parts.size() != 3) return fault("has not the parts that a hash of Werkzeug has");
    const auto scheme = parse_method(parts[0]);
    if (!scheme.ok()) return scheme.fault();
    if (parts[1].empty() || !is_printable(parts[1])) return fault("has a salt that is not plain characters");
    return assemble(scheme.value(), std::string(parts[1]), decode_hex(parts[2]));
}

}  // namespace

Result<PasswordHash> parse_password_hash(std::string_view text)
{
    using Reader = Result<PasswordHash> (*)(std::string_view);
    static constexpr struct {
        std::string_view start;
        Reader read;
    } formats[] = {
        {"$argon2", parse_argon2},  {"$2", parse_bcrypt},      {"$scrypt$", parse_scrypt},  {"$pbkdf2$", parse_pbkdf2},
        {"$pbkdf2-", parse_pbkdf2}, {"pbkdf2_", parse_django}, {"scrypt:", parse_werkzeug}, {"pbkdf2:", parse_werkzeug},
    };
    if (text.size() > max_hash_length) return fault("is longer than 4096 bytes");
    for (const auto &format : formats)
        if (text.substr(0, format.start.size()) == format.start) return format.read(text);
    return fault("is of no format that is known");
}

Result<PasswordHash> make_password_hash(std::string_view digest, std::string_view salt, std::string_view scheme)
{
    const auto method = parse_method(scheme);
    if (!method.ok()) return method.fault();
    return assemble(method.value(), std::string(salt), std::string(digest));
}

std::string format_argon2(const Argon2 &scheme, std::string_view salt, std::string_view digest)
{
    static constexpr const char *kinds[] = {"d", "i", "id"};
    std::string text = "$argon2";
    text.append(kinds[static_cast<std::size_t>(scheme.kind)]);
    text.append("$v=").append(std::to_string(scheme.version));
    text.append("$m=").append(std::to_string(scheme.memory));
    text.append(",t=").append(std::to_string(scheme.iterations));
    text.append(",p=").append(std::to_string(scheme.parallelism));
    text.append("$").append(encode_base64(salt, Base64::standard));
    text.append("$").append(encode_base64(digest, Base64::standard));
    return text;
}

}  // namespace quire::secrets

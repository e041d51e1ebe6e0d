// src/pg/secrets/token.cpp: SQL entry points of tokens.
#include "core/secrets/token.hpp"

#include "core/support/base64.hpp"
#include "pg/secrets/secret_argument.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/memory.hpp"

namespace pg = quire::pg;
namespace secrets = quire::secrets;

QUIRE_FUNCTION(new_token)
{
    const std::int32_t size = args.int4(0);
    if (size < static_cast<std::int32_t>(secrets::min_token) || size > static_cast<std::int32_t>(secrets::max_token))
        throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "a token cannot have so many random bytes")
            .detail("It may have 16, for fewer could be guessed, to 1024.");
    secrets::Secret bytes(static_cast<std::size_t>(size));
    if (!pg_strong_random(bytes.data(), bytes.size()))
        throw pg::Error(ERRCODE_INTERNAL_ERROR, "the system gives no random bytes");
    std::string token = quire::encode_base64(bytes.view(), quire::Base64::url);
    const Datum result = pg::make_varlena(token);
    secrets::wipe(token.data(), token.size());
    return result;
}

QUIRE_SECRET_FUNCTION(token_digest)
{
    const secrets::Secret token = pg::read_secret(args, 0, secrets::max_token_text, "the token");
    const auto digest = secrets::digest_token(token.view());
    if (!digest) throw pg::Error(ERRCODE_FEATURE_NOT_SUPPORTED, "this server cannot compute SHA-256");
    return pg::make_varlena({digest->data(), digest->size()});
}

// src/pg/forms/xform.cpp: SQL entry points of the type quire.xform.
#include "pg/forms/form_value.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/memory.hpp"

namespace pg = quire::pg;

QUIRE_FUNCTION(xform_in)
{
    return pg::make_form_value(args.cstring(0));
}

QUIRE_FUNCTION(xform_out)
{
    const std::string_view xml = pg::form_xml(args.datum(0));
    auto *const copy = static_cast<char *>(pg::allocate(CurrentMemoryContext, xml.size() + 1));
    xml.copy(copy, xml.size());
    copy[xml.size()] = '\0';
    return CStringGetDatum(copy);
}

QUIRE_FUNCTION(xform_recv)
{
    auto *const message = reinterpret_cast<StringInfo>(DatumGetPointer(args.datum(0)));
    int length = 0;
    const char *const text = pg::call([&] { return pq_getmsgtext(message, message->len - message->cursor, &length); });
    return pg::make_form_value({text, static_cast<std::size_t>(length)});
}

QUIRE_FUNCTION(xform_send)
{
    const std::string_view xml = pg::form_xml(args.datum(0));
    return pg::call([&] {
        StringInfoData buffer;
        pq_begintypsend(&buffer);
        pq_sendtext(&buffer, xml.data(), static_cast<int>(xml.size()));
        return PointerGetDatum(pq_endtypsend(&buffer));
    });
}

QUIRE_FUNCTION(xform_from_text)
{
    return pg::make_form_value(args.text(0));
}

QUIRE_FUNCTION(form_xml)
{
    return pg::make_varlena(pg::form_xml(args.datum(0)));
}

// Two forms are the same when their XML is, byte for byte; the digest says so without reading it.
QUIRE_FUNCTION(xform_eq)
{
    return BoolGetDatum(args.text(0).substr(0, sizeof(pg::FormDigest)) ==
                        args.text(1).substr(0, sizeof(pg::FormDigest)));
}

QUIRE_FUNCTION(xform_ne)
{
    return BoolGetDatum(args.text(0).substr(0, sizeof(pg::FormDigest)) !=
                        args.text(1).substr(0, sizeof(pg::FormDigest)));
}

QUIRE_FUNCTION(form_hash)
{
    const std::string_view xml = pg::to_utf8(pg::form_xml(args.datum(0)));
    constexpr std::size_t length = 32;
    std::array<char, length + 1> hash;
    const char *fault = nullptr;
    if (!pg::call([&] { return pg_md5_hash(xml.data(), xml.size(), hash.data(), &fault); }))
        throw pg::Error(ERRCODE_INTERNAL_ERROR, "could not compute an MD5 hash").detail(fault ? fault : "");
    return pg::make_varlena({hash.data(), length});
}

// src/pg/access/object_type.cpp: names of objects of any type.
#include "pg/access/object_type.hpp"

#include "core/access/keys.hpp"

#include "pg/support/args.hpp"
#include "pg/support/call.hpp"
#include "pg/support/error.hpp"

namespace quire::pg {

ObjectType object_type(Oid type)
{
    if (!OidIsValid(type)) throw Error(ERRCODE_INDETERMINATE_DATATYPE, "the type of the object is not known");
    const Oid base = call([&] { return getBaseType(type); });
    switch (base) {
        case TEXTOID:
        case VARCHAROID: return {base, NameKind::text, InvalidOid};
        case INT2OID:
        case INT4OID:
        case INT8OID: return {base, NameKind::integer, InvalidOid};
        case UUIDOID: return {base, NameKind::uuid, InvalidOid};
        default: break;
    }
    Oid output;
    bool is_varlena;
    call([&] { getTypeOutputInfo(base, &output, &is_varlena); });
    return {base, NameKind::other, output};
}

std::string_view name_of(const ObjectType &type, Datum value, std::string &room)
{
    switch (type.kind) {
        case NameKind::text: return text_of(value);
        case NameKind::integer: room = std::to_string(integer_of(type, value)); break;
        case NameKind::uuid: room = access::write_uuid(DatumGetUUIDP(value)->data); break;
        case NameKind::other:
            room = call([&] { return OidOutputFunctionCall(type.output, value); });
            // What a cast to text does to it.
            if (type.oid == BPCHAROID) room.erase(room.find_last_not_of(' ') + 1);
            break;
    }
    return room;
}

Datum make_array_of(const std::vector<Datum> &values, Oid type)
{
    return call([&] {
        std::int16_t length;
        bool by_value;
        char alignment;
        get_typlenbyvalalign(type, &length, &by_value, &alignment);
        return PointerGetDatum(construct_array(const_cast<Datum *>(values.data()), static_cast<int>(values.size()),
                                               type, length, by_value, alignment));
    });
}

}  // namespace quire::pg

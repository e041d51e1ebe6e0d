// src/pg/attributes/values.hpp: jsonb seen in place, as the core sees JSON values.
//
// The layout is that of values on disk, which no version of the server can change; see pg/support/jsonb_steps.hpp.
#pragma once
#include "core/attributes/value.hpp"

#include "pg/support/args.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/postgres.hpp"

namespace quire::pg {

using attributes::Member;
using attributes::Value;

// A jsonb argument, detoasted when it has to be.
const Jsonb *jsonb_of(Datum value);

// The bytes of a jsonb document, to tell it from others.
inline std::string_view bytes_of(const Jsonb *document)
{
    return {reinterpret_cast<const char *>(&document->root), VARSIZE(document) - static_cast<std::size_t>(VARHDRSZ)};
}

// Makes values, and keeps their items and members; texts and digits stay in the document.
class ValueMaker {
public:
    // Throws 54000 where lists and objects lie deeper in each other than a hundred levels.
    Value document(const Jsonb *document) { return root(&document->root); }

    // An entry of a container: its place, and the bytes before its own.
    Value entry(const JsonbContainer *container, std::uint32_t index, std::uint32_t offset, int depth = 0);

    // Forgets what earlier values were made of; their memory is used again.
    void clear() { lists_used_ = objects_used_ = 0; }

    // A text in the database's encoding, as the core has it.
    std::string_view text(std::string_view in_database) const { return is_utf8_ ? in_database : to_utf8(in_database); }

private:
    Value root(const JsonbContainer *container);
    Value container(const JsonbContainer *container, int depth);

    bool is_utf8_ = GetDatabaseEncoding() == PG_UTF8;
    std::size_t lists_used_ = 0, objects_used_ = 0;
    std::deque<std::vector<Value>> lists_;
    std::deque<std::vector<Member>> objects_;
};

// The members of an object, in the order in which they are stored.
class MemberWalk {
public:
    explicit MemberWalk(const JsonbContainer *object);
    bool next(ValueMaker &maker, std::string_view &key, Value &value);

private:
    const JsonbContainer *object_;
    std::uint32_t count_, at_ = 0, key_offset_ = 0, value_offset_ = 0;
};

// A member of an object; false when there is none of this name, which is in the database's encoding, or no object.
// `place` is where the last one was: rows of a table mostly have the same members.
bool find_member(const Jsonb *document, std::string_view name, ValueMaker &maker, Value &value,
                 std::uint32_t *place = nullptr);

}  // namespace quire::pg

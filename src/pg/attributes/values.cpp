// src/pg/attributes/values.cpp: reading the stored form of jsonb and of the numbers in it.
#include "pg/attributes/values.hpp"

#include "pg/support/call.hpp"
#include "pg/support/error.hpp"
#include "pg/support/memory.hpp"

namespace quire::pg {
namespace {

constexpr int most_depth = 100;

std::uint32_t count_of(const JsonbContainer *container)
{
    return container->header & JB_CMASK;
}
bool is_object(const JsonbContainer *container)
{
    return (container->header & JB_FOBJECT) != 0;
}

// The bytes of all entries, which stand behind the entries themselves.
const char *data_of(const JsonbContainer *container)
{
    const std::uint32_t entries = count_of(container) * (is_object(container) ? 2 : 1);
    return reinterpret_cast<const char *>(&container->children[entries]);
}

std::uint32_t length_of(JEntry entry, std::uint32_t offset)
{
    return JBE_HAS_OFF(entry) ? JBE_OFFLENFLD(entry) - offset : JBE_OFFLENFLD(entry);
}

// The stored form of numeric: a word of sign and scale, short forms with the weight in it, then the digits. jsonb
// aligns it, so that the digits can be read where they are.
Value number_at(const char *stored)
{
    constexpr std::uint16_t special = 0xC000, is_short = 0x8000, negative = 0x4000;
    constexpr std::uint16_t short_negative = 0x2000, short_weight_sign = 0x0040, short_weight = 0x003F;
    const char *at = VARDATA_ANY(stored);
    const char *const end = at + VARSIZE_ANY_EXHDR(stored);
    std::uint16_t header;
    std::memcpy(&header, at, sizeof header);
    at += sizeof header;
    Value value;
    value.kind = Value::Kind::object;  // NaN and the infinities are no numbers here
    if ((header & special) == special) return value;
    value.kind = Value::Kind::number;
    if (header & is_short) {
        value.number.negative = (header & short_negative) != 0;
        value.number.weight = header & short_weight;
        if (header & short_weight_sign) value.number.weight -= short_weight_sign;
    } else {
        std::int16_t weight;
        std::memcpy(&weight, at, sizeof weight);
        at += sizeof weight;
        value.number.negative = (header & special) == negative;
        value.number.weight = weight;
    }
    value.number.digits = {reinterpret_cast<const std::int16_t *>(at),
                           static_cast<std::size_t>(end - at) / sizeof(std::int16_t)};
    return value;
}

template <class T>
std::vector<T> &unused(std::deque<std::vector<T>> &kept, std::size_t &used)
{
    if (used == kept.size()) kept.emplace_back();
    std::vector<T> &next = kept[used++];
    next.clear();
    return next;
}

}  // namespace

const Jsonb *jsonb_of(Datum value)
{
    auto *const stored = reinterpret_cast<const varlena *>(DatumGetPointer(value));
    if (!VARATT_IS_EXTENDED(stored)) [[likely]]
        return reinterpret_cast<const Jsonb *>(stored);
    return call([&] { return DatumGetJsonbP(value); });
}

Value ValueMaker::entry(const JsonbContainer *container, std::uint32_t index, std::uint32_t offset, int depth)
{
    const JEntry entry = container->children[index];
    const char *const data = data_of(container) + offset;
    Value value;
    if (JBE_ISSTRING(entry)) {
        value.kind = Value::Kind::text;
        value.text = text({data, length_of(entry, offset)});
    } else if (JBE_ISNUMERIC(entry)) {
        return number_at(data_of(container) + INTALIGN(offset));
    } else if (JBE_ISBOOL(entry)) {
        value.kind = Value::Kind::boolean;
        value.boolean = JBE_ISBOOL_TRUE(entry);
    } else if (JBE_ISCONTAINER(entry)) {
        return this->container(reinterpret_cast<const JsonbContainer *>(data_of(container) + INTALIGN(offset)),
                               depth + 1);
    }
    return value;
}

Value ValueMaker::root(const JsonbContainer *container)
{
    if (container->header & JB_FSCALAR) return entry(container, 0, 0);
    return this->container(container, 0);
}

Value ValueMaker::container(const JsonbContainer *container, int depth)
{
    if (depth > most_depth)
        throw Error(ERRCODE_PROGRAM_LIMIT_EXCEEDED, "a JSON value is nested too deeply")
            .detail("Attributes may lie " + std::to_string(most_depth) + " levels deep.");
    Value value;
    const std::uint32_t count = count_of(container);
    if (is_object(container)) {
        value.kind = Value::Kind::object;
        std::vector<Member> &members = unused(objects_, objects_used_);
        members.reserve(count);
        std::uint32_t key_at = 0, value_at = count == 0 ? 0 : getJsonbOffset(container, static_cast<int>(count));
        for (std::uint32_t i = 0; i < count; ++i) {
            const Value key = entry(container, i, key_at, depth);
            members.push_back({key.text, entry(container, count + i, value_at, depth)});
            key_at += length_of(container->children[i], key_at);
            value_at += length_of(container->children[count + i], value_at);
        }
        value.members = members;
        return value;
    }
    value.kind = Value::Kind::list;
    std::vector<Value> &items = unused(lists_, lists_used_);
    items.reserve(count);
    std::uint32_t at = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        if (i % 4096 == 4095) poll();
        items.push_back(entry(container, i, at, depth));
        at += length_of(container->children[i], at);
    }
    value.items = items;
    return value;
}

MemberWalk::MemberWalk(const JsonbContainer *object) : object_(object), count_(count_of(object))
{
    if (count_ > 0) value_offset_ = getJsonbOffset(object, static_cast<int>(count_));
}

bool MemberWalk::next(ValueMaker &maker, std::string_view &key, Value &value)
{
    if (at_ == count_) return false;
    const std::uint32_t length = length_of(object_->children[at_], key_offset_);
    key = maker.text({data_of(object_) + key_offset_, length});
    key_offset_ += length;
    value = maker.entry(object_, count_ + at_, value_offset_);
    value_offset_ += length_of(object_->children[count_ + at_], value_offset_);
    ++at_;
    return true;
}

bool find_member(const Jsonb *document, std::string_view name, ValueMaker &maker, Value &value, std::uint32_t *place)
{
    const JsonbContainer *const object = &document->root;
    if (!is_object(object)) return false;
    const std::uint32_t count = count_of(object);
    // Keys are sorted by length, then by their bytes.
    const auto order_of = [&](std::uint32_t key) {
        const std::uint32_t offset = getJsonbOffset(object, static_cast<int>(key));
        const std::uint32_t length = length_of(object->children[key], offset);
        if (length != name.size()) return length < name.size() ? -1 : 1;
        return std::memcmp(data_of(object) + offset, name.data(), length);
    };
    const auto found = [&](std::uint32_t key) {
        if (place) *place = key;
        value = maker.entry(object, count + key, getJsonbOffset(object, static_cast<int>(count + key)));
        return true;
    };
    if (place && *place < count && order_of(*place) == 0) return found(*place);
    std::uint32_t low = 0, high = count;
    while (low < high) {
        const std::uint32_t middle = low + (high - low) / 2;
        const int order = order_of(middle);
        if (order == 0) return found(middle);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

}  // namespace quire::pg

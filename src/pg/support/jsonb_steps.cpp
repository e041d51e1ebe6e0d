// src/pg/support/jsonb_steps.cpp: containers of jsonb: a header, an entry for each key and value, then their bytes.
#include "pg/support/jsonb_steps.hpp"

#include "pg/support/call.hpp"
#include "pg/support/memory.hpp"

namespace quire::pg {
namespace {

// Most numbers have few enough digits for an integer and a scale. Only inside call().
Numeric numeric_of(std::string_view digits)
{
    constexpr std::size_t most_digits = 18;
    std::int64_t whole = 0;
    int scale = 0;
    bool point = false;
    const bool negative = digits[0] == '-';
    std::size_t i = negative;
    for (; i < digits.size() && i < most_digits + negative + point; ++i) {
        const char c = digits[i];
        if (c == '.' && !point) {
            point = true;
        } else if (c >= '0' && c <= '9') {
            whole = whole * 10 + (c - '0');
            scale += point;
        } else {
            break;
        }
    }
    if (i < digits.size())
        return DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(digits.data()),
                                                   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
    if (negative) whole = -whole;
    return scale == 0 ? int64_to_numeric(whole) : int64_div_fast_to_numeric(whole, scale);
}

class Encoder {
public:
    explicit Encoder(std::span<const JsonbStep> steps) : steps_(steps) {}

    Datum encode()
    {
        std::size_t texts = 0;
        for (const JsonbStep &step : steps_) texts += step.text.size() + 2 * sizeof(JEntry);
        bytes_.reserve(texts);
        const jbvType type = steps_.front().type;
        if (type == jbvObject || type == jbvArray) {
            container(0);
        } else {
            // A scalar is an array of one, and says so.
            append(std::uint32_t{1} | JB_FARRAY | JB_FSCALAR);
            const std::size_t entry = reserve(1);
            std::uint32_t total = 0;
            put(entry, 0, value(0), total);
        }
        return make_varlena({bytes_.data(), bytes_.size()});
    }

private:
    // A member of an object, or an item of an array, whose key is its value.
    struct Part {
        std::uint32_t key, value;
    };

    static bool is_container(jbvType type) { return type == jbvObject || type == jbvArray; }
    std::uint32_t next(std::uint32_t step) const
    {
        return (is_container(steps_[step].type) ? steps_[step].end : step) + 1;
    }

    // Writes the object or array that begins here.
    void container(std::uint32_t begin)
    {
        if (++depth_ % 64 == 0) call([] { check_stack_depth(); });
        poll();
        const bool is_object = steps_[begin].type == jbvObject;
        const std::size_t first = parts_.size();
        gather(begin, is_object);
        if (is_object) sort_and_unite(first);
        const std::size_t count = parts_.size() - first;
        if (count > JB_CMASK) refuse("has too many members");

        append(static_cast<std::uint32_t>(count) | (is_object ? JB_FOBJECT : JB_FARRAY));
        const std::size_t entries = reserve(is_object ? 2 * count : count);
        std::uint32_t total = 0;
        if (is_object)
            for (std::size_t i = 0; i < count; ++i) put(entries, i, text(steps_[parts_[first + i].key].text), total);
        const std::size_t keys = is_object ? count : 0;
        for (std::size_t i = 0; i < count; ++i) put(entries, keys + i, value(parts_[first + i].value), total);
        parts_.resize(first);
        --depth_;
    }

    void gather(std::uint32_t begin, bool is_object)
    {
        for (std::uint32_t step = begin + 1; !steps_[step].is_end;) {
            const std::uint32_t value = is_object ? step + 1 : step;
            parts_.push_back({step, value});
            step = next(value);
        }
    }

    // Keys come in the order of their lengths, then of their bytes.
    void sort_and_unite(std::size_t first)
    {
        const auto begin = parts_.begin() + static_cast<std::ptrdiff_t>(first);
        const auto text_of = [this](const Part &part) { return steps_[part.key].text; };
        std::sort(begin, parts_.end(), [&](const Part &a, const Part &b) {
            const std::string_view x = text_of(a), y = text_of(b);
            if (x.size() != y.size()) return x.size() < y.size();
            const int order = std::memcmp(x.data(), y.data(), x.size());
            return order != 0 ? order < 0 : a.key > b.key;  // of the same, the last first
        });
        parts_.erase(
            std::unique(begin, parts_.end(), [&](const Part &a, const Part &b) { return text_of(a) == text_of(b); }),
            parts_.end());
    }

    // Writes the value of a step; gives its entry: its type, and its length with the padding before it.
    std::uint32_t value(std::uint32_t index)
    {
        const JsonbStep &step = steps_[index];
        const std::size_t before = bytes_.size();
        switch (step.type) {
            case jbvNull: return JENTRY_ISNULL;
            case jbvBool: return step.boolean ? JENTRY_ISBOOL_TRUE : JENTRY_ISBOOL_FALSE;
            case jbvString: return text(step.text);
            case jbvNumeric: {
                align();
                const Numeric number = call([&] { return numeric_of(step.text); });
                const auto *const data = reinterpret_cast<const char *>(number);
                bytes_.insert(bytes_.end(), data, data + VARSIZE_ANY(number));
                return JENTRY_ISNUMERIC | length_since(before);
            }
            default:
                align();
                container(index);
                return JENTRY_ISCONTAINER | length_since(before);
        }
    }

    std::uint32_t text(std::string_view bytes)
    {
        if (bytes.size() > JENTRY_OFFLENMASK) refuse("has a string of more than 256 MB");
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
        return JENTRY_ISSTRING | static_cast<std::uint32_t>(bytes.size());
    }

    // Now and then an entry has its end instead of its length, so that what is far behind is found quickly.
    void put(std::size_t entries, std::size_t index, std::uint32_t entry, std::uint32_t &total)
    {
        total += JBE_OFFLENFLD(entry);
        if (total > JENTRY_OFFLENMASK) refuse("has more than 256 MB in one object or array");
        if (index % JB_OFFSET_STRIDE == 0) entry = (entry & JENTRY_TYPEMASK) | total | JENTRY_HAS_OFF;
        std::memcpy(bytes_.data() + entries + index * sizeof(JEntry), &entry, sizeof entry);
    }

    std::uint32_t length_since(std::size_t before) const
    {
        const std::size_t length = bytes_.size() - before;
        if (length > JENTRY_OFFLENMASK) refuse("has more than 256 MB in one object or array");
        return static_cast<std::uint32_t>(length);
    }
    void append(std::uint32_t word)
    {
        const auto *const data = reinterpret_cast<const char *>(&word);
        bytes_.insert(bytes_.end(), data, data + sizeof word);
    }
    std::size_t reserve(std::size_t entries)
    {
        const std::size_t at = bytes_.size();
        bytes_.resize(at + entries * sizeof(JEntry));
        return at;
    }
    // The value's own header has the size of an entry, so alignment here is alignment there.
    void align() { bytes_.resize(INTALIGN(bytes_.size())); }

    [[noreturn]] static void refuse(const char *what)
    {
        throw Error(ERRCODE_PROGRAM_LIMIT_EXCEEDED, "the result is too large for jsonb")
            .detail(std::string("It ") + what + ".");
    }

    std::span<const JsonbStep> steps_;
    std::vector<char> bytes_;
    std::vector<Part> parts_;  // of the containers that are open
    int depth_ = 0;
};

}  // namespace

Datum encode_jsonb(std::span<const JsonbStep> steps)
{
    return Encoder(steps).encode();
}

}  // namespace quire::pg

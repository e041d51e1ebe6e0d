// test/unit/attributes/row.hpp: a row for filters, given as a JSON object.
#pragma once
#include "core/attributes/filter.hpp"
#include "unit/attributes/json.hpp"

namespace quire::test {

class JsonRow final : public attributes::AttributeSource {
public:
    JsonRow(const attributes::Filter &filter, const attributes::Value &object) : filter_(filter), object_(object) {}
    void look_up(std::size_t attribute, attributes::Value &value) override
    {
        ++asked;
        if (const auto *found = object_.find(filter_.attributes()[attribute])) value = *found;
    }

    int asked = 0;

private:
    const attributes::Filter &filter_;
    const attributes::Value &object_;
};

// As the server quotes: for tests that look at SQL, not for running it.
inline std::string quoted_sql(std::string_view text)
{
    std::string literal = "'";
    for (const char c : text) literal.append(c == '\'' ? 2 : 1, c);
    return literal + "'";
}

}  // namespace quire::test

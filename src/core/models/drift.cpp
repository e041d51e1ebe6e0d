// src/core/models/drift.cpp: comparing two inventories.
#include "core/models/drift.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <utility>

#include "core/support/tripwire.hpp"

namespace quire::models {
namespace {

constexpr std::size_t most_shown = 160;
constexpr const char *place = "place";  // of a column among its table's: compared in order, not in number

struct Value {
    std::string text, also;
};
struct Object {
    std::string parent;
    std::map<std::string, Value> aspects;
};
using Objects = std::map<std::string, Object>;

Objects gather(std::vector<Fact> &&facts)
{
    Objects objects;
    for (Fact &fact : facts) {
        Object &object = objects[std::move(fact.object)];
        object.parent = std::move(fact.parent);
        object.aspects[std::move(fact.aspect)] = {std::move(fact.value), std::move(fact.also)};
    }
    return objects;
}

std::string shown(const std::string &value)
{
    return value.empty() ? "none" : "\"" + value + "\"";
}

std::string difference(const std::string &aspect, const std::string &expected, const std::string &actual)
{
    const bool brief = std::max(expected.size(), actual.size()) <= most_shown && expected.find('\n') == expected.npos &&
                       actual.find('\n') == actual.npos;
    if (!brief) return aspect + " differs";
    return aspect + " is " + shown(actual) + ", not " + shown(expected);
}

const Value &value_of(const Object &object, const std::string &aspect)
{
    static const Value none;
    const auto found = object.aspects.find(aspect);
    return found == object.aspects.end() ? none : found->second;
}

// The columns that both have, table by table, in the order of `objects`.
std::map<std::string, std::vector<std::string>> column_orders(const Objects &objects, const Objects &others)
{
    std::map<std::string, std::map<int, std::string>> placed;
    for (const auto &[name, object] : objects)
        if (const auto &number = value_of(object, place).text; !number.empty() && others.count(name))
            placed[object.parent][std::stoi(number)] = name;
    std::map<std::string, std::vector<std::string>> orders;
    for (const auto &[table, columns] : placed)
        for (const auto &[number, name] : columns) orders[table].push_back(name);
    return orders;
}

}  // namespace

std::vector<Finding> compare(std::vector<Fact> expected_facts, std::vector<Fact> actual_facts)
{
    const Objects expected = gather(std::move(expected_facts)), actual = gather(std::move(actual_facts));
    std::map<std::string, std::vector<Finding>> findings;
    const auto tell = [&](const std::string &object, std::string problem, bool is_fault) {
        findings[object].push_back({object, std::move(problem), is_fault});
    };

    for (const auto &[name, object] : expected) {
        const auto found = actual.find(name);
        if (found == actual.end()) {
            if (object.parent.empty() || actual.count(object.parent)) tell(name, "is missing", true);
            continue;
        }
        std::map<std::string, Value> aspects = object.aspects;
        aspects.insert(found->second.aspects.begin(), found->second.aspects.end());
        for (const auto &[aspect, unused] : aspects) {
            const Value &wanted = value_of(object, aspect);
            const std::string &got = value_of(found->second, aspect).text;
            if (aspect != place && wanted.text != got && wanted.also != got)
                tell(name, difference(aspect, wanted.text, got), true);
        }
    }
    for (const auto &[name, object] : actual)
        if (!expected.count(name) && (object.parent.empty() || expected.count(object.parent)))
            tell(name, "added here, no part of the model", false);
    const auto wanted = column_orders(expected, actual), got = column_orders(actual, expected);
    for (const auto &[table, order] : wanted)
        if (got.at(table) != order) tell(table, "its columns are in another order", true);

    std::vector<Finding> all;
    for (auto &[name, some] : findings) std::move(some.begin(), some.end(), std::back_inserter(all));
    return all;
}

}  // namespace quire::models

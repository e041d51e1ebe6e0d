// test/unit/logic/evaluate.hpp: what expressions come to over a document, in both dialects, as briefly as tables of
// cases can say it.
#pragma once
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "core/logic/standalone.hpp"
#include "unit/support/json_text.hpp"

namespace quire::logic {

inline constexpr std::string_view usual_document =
    "<data id='f'><n>7</n><m>-2.5</m><s>a b c</s><e/><d>2024-05-01</d><t>2024-05-01T10:30:00.000+02:00</t>"
    "<rep><a>1</a><b>x</b></rep><rep><a>2</a><b/></rep><rep><a>3</a><b>z</b></rep></data>";

// One place to evaluate expressions at.
struct Place {
    std::string document{usual_document};
    std::string node = "/data";
    Standalone options;
    FixedZone utc;

    // A value as JSON has it: 7, "a", true, ["a", "b"]; numbers without digits as NaN and Infinity. Else why there is
    // none, after the name of what went wrong.
    std::string value(std::string_view expression, Dialect dialect) const
    {
        Standalone asked = options;
        asked.dialect = dialect;
        if (!asked.zone) asked.zone = &utc;
        JsonText json;
        const auto done = evaluate_over(document, expression, node, asked, never, json);
        if (!done.ok()) return name_of(done.fault().with) + ": " + done.fault().message;
        constexpr std::string_view value_key = "\"value\": ";
        const std::string &text = json.text();
        const std::size_t at = text.find(value_key) + value_key.size();
        std::string value = text.substr(at, text.size() - at - 1);
        const bool is_number = text.find("\"number\"") < at;
        return is_number && value.front() == '"' ? value.substr(1, value.size() - 2) : value;
    }
    std::string java(std::string_view expression) const { return value(expression, Dialect::javarosa); }
    std::string script(std::string_view expression) const { return value(expression, Dialect::webforms); }

    static std::string name_of(StandaloneFault::With with)
    {
        using With = StandaloneFault::With;
        switch (with) {
            case With::document: return "document";
            case With::instance: return "instance";
            case With::expression: return "expression";
            case With::place: return "place";
            case With::evaluation: return "evaluation";
            case With::limit: break;
        }
        return "limit";
    }
};

// An expression, and what it comes to: in both dialects, or in JavaRosa and in web-forms.
struct Case {
    Case(const char *source, const char *value) : expression(source), java(value), script(value) {}
    Case(const char *source, const char *in_java, const char *in_script)
        : expression(source), java(in_java), script(in_script)
    {
    }
    const char *expression, *java, *script;
};

// That there is no value, for whatever reason.
inline constexpr const char *fails = "evaluation";

inline void expect_value(const std::string &value, const char *expected, const Case &one, const char *dialect)
{
    const std::string seen = std::string_view(expected) == fails ? value.substr(0, value.find(':')) : value;
    EXPECT_EQ(seen, expected) << one.expression << " in " << dialect << ": " << value;
}

inline void expect(const Place &place, std::initializer_list<Case> cases)
{
    for (const Case &one : cases) {
        expect_value(place.java(one.expression), one.java, one, "javarosa");
        expect_value(place.script(one.expression), one.script, one, "webforms");
    }
}

inline void expect(std::initializer_list<Case> cases)
{
    expect(Place(), cases);
}

}  // namespace quire::logic

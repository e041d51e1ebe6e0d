// src/core/support/json.hpp: how the core says JSON, whatever it becomes: a jsonb datum, or text in a test.
#pragma once
#include <string_view>

namespace quire {

// Takes one JSON value, in the order it would be written. Texts are UTF-8 and only live as long as the call.
class JsonSink {
public:
    virtual ~JsonSink() = default;

    virtual void begin_object() = 0;
    virtual void begin_array() = 0;
    virtual void end() = 0;  // of the innermost object or array
    virtual void key(std::string_view name) = 0;
    virtual void null() = 0;
    virtual void boolean(bool value) = 0;
    virtual void string(std::string_view value) = 0;
    // As JSON writes numbers.
    virtual void number(std::string_view digits) = 0;
};

}  // namespace quire

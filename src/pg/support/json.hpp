// src/pg/support/json.hpp: jsonb, written by the core and read as options.
#pragma once
#include "core/support/json.hpp"

#include "pg/support/args.hpp"
#include "pg/support/jsonb_steps.hpp"
#include "pg/support/postgres.hpp"

namespace quire::pg {

// Makes a jsonb value of what the core says. Texts are copied, and come in UTF-8.
class JsonbWriter final : public JsonSink {
public:
    JsonbWriter() : texts_(few_.data(), few_.size()) { steps_.reserve(256); }
    JsonbWriter(const JsonbWriter &) = delete;
    JsonbWriter &operator=(const JsonbWriter &) = delete;

    void begin_object() override { begin(jbvObject); }
    void begin_array() override { begin(jbvArray); }
    void end() override;
    void key(std::string_view name) override;
    void null() override { add(jbvNull); }
    void boolean(bool value) override { add(jbvBool).boolean = value; }
    void string(std::string_view value) override { add(jbvString).text = keep(value); }
    void number(std::string_view digits) override { add(jbvNumeric).text = keep(digits); }
    // A jsonb value, as one of the document.
    void jsonb(Datum value);

    // The document as a Datum; all that was begun must have been ended. The writer is empty then.
    Datum finish();

private:
    JsonbStep &add(jbvType type);
    void begin(jbvType type);
    std::string_view keep(std::string_view text);

    std::vector<JsonbStep> steps_;
    std::vector<std::uint32_t> open_;  // where they begin
    std::array<std::byte, 4096> few_;  // room for the texts of most documents
    std::pmr::monotonic_buffer_resource texts_;
};

// Calls visit(key, value) for each member of a jsonb object; throws 22023 when it is none. Texts are in UTF-8, and live
// as long as the call.
void for_each_member(Datum object, const std::function<void(std::string_view, Datum)> &visit);
// The texts of a jsonb array of scalars; throws 22023 when it is none.
std::vector<std::string> texts_of(Datum array);
// A jsonb scalar as text; null is empty. Throws 22023 when it is none.
std::string scalar_text(Datum value);

// The options that a caller hands over as a jsonb object; an option that nobody asked for is an error, in finish().
class Options {
public:
    // None when the argument is null. Throws 22023 when it is no object.
    Options(Args &args, int argument);

    bool flag(std::string_view name, bool otherwise);
    std::optional<std::string> text(std::string_view name);
    // One of several words, as its place among them; the first unless told.
    std::size_t word(std::string_view name, std::span<const std::string_view> words);
    // Any value, as jsonb.
    std::optional<Datum> value(std::string_view name);
    // Throws 22023 for options that do not exist.
    void finish() const;

private:
    JsonbValue *find(std::string_view name);

    Jsonb *object_ = nullptr;
    std::vector<std::string_view> known_;
};

}  // namespace quire::pg

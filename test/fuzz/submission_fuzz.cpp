// test/fuzz/submission_fuzz.cpp: all that is made of a submission is sound, and agrees on what was in it.
#include <set>
#include <string>
#include <vector>

#include "core/forms/contents.hpp"
#include "core/forms/diff.hpp"
#include "core/forms/export.hpp"
#include "core/forms/extract.hpp"
#include "core/forms/meta.hpp"
#include "core/forms/odata.hpp"
#include "core/forms/parse.hpp"
#include "core/forms/values.hpp"
#include "core/support/ascii.hpp"
#include "core/support/csv.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/utf8.hpp"

namespace {

using quire::never;
using quire::fuzz::must;
using namespace quire::forms;

// Each kind of question and of group, with names short enough to be found by chance.
constexpr std::string_view form_xml = R"(<h:html xmlns="http://www.w3.org/2002/xforms"
 xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model><instance><data id="f"><a/><i/><d/><b/><t/><u/><v/><p/><l/><s/>
<m/><g><a/><h><a/></h></g><r><a/><p/><q><a/><m/></q><g><w><a/></w></g></r><meta><instanceID/><audit/></meta></data>
</instance><bind nodeset="/data/a" type="string"/><bind nodeset="/data/i" type="int"/>
<bind nodeset="/data/d" type="decimal"/><bind nodeset="/data/b" type="boolean"/><bind nodeset="/data/t" type="time"/>
<bind nodeset="/data/u" type="date"/><bind nodeset="/data/v" type="dateTime"/><bind nodeset="/data/p" type="geopoint"/>
<bind nodeset="/data/l" type="geotrace"/><bind nodeset="/data/s" type="geoshape"/>
<bind nodeset="/data/r/p" type="geopoint"/><bind nodeset="/data/g/a" type="binary"/></model></h:head><h:body>
<select ref="/data/m"/><select ref="/data/r/q/m"/><repeat nodeset="/data/r"/><repeat nodeset="/data/r/q"/>
<repeat nodeset="/data/r/g/w"/></h:body></h:html>)";

constexpr std::string_view other_submission =
    "<data><a>1</a><r><a>x</a><q><a>y</a></q><q/></r><r/><g><a>z</a></g></data>";

const Form &the_form()
{
    static const auto form = parse_form(form_xml);
    must(form.ok(), "the form is one");
    return form.value();
}

// Takes JSON and watches that it is some.
class JsonWatch final : public quire::JsonSink {
public:
    void begin_object() override { begin('}'); }
    void begin_array() override { begin(']'); }
    void end() override
    {
        must(!open_.empty() && !has_key_, "what ends was begun, and no key is left without value");
        open_.pop_back();
    }
    void key(std::string_view name) override
    {
        must(!open_.empty() && open_.back() == '}' && !has_key_, "a key stands in an object");
        must(quire::fuzz::is_database_text(name), "a key is text");
        has_key_ = true;
    }
    void null() override { value(); }
    void boolean(bool) override { value(); }
    void string(std::string_view text) override
    {
        value();
        must(quire::fuzz::is_database_text(text), "a string is text");
    }
    void number(std::string_view digits) override
    {
        value();
        must(is_number(digits), "a number is one");
    }

    // One value, all of it.
    bool is_complete() const { return open_.empty() && values_ == 1; }

private:
    void value()
    {
        must(open_.empty() || (open_.back() == '}') == has_key_, "a value has a key in objects only");
        has_key_ = false;
        if (open_.empty()) ++values_;
    }
    void begin(char closer)
    {
        value();
        open_ += closer;
    }
    static bool is_number(std::string_view text)
    {
        std::size_t at = text.starts_with('-') ? 1 : 0;
        const auto digits = [&] {
            const std::size_t start = at;
            while (at < text.size() && quire::is_digit(text[at])) ++at;
            return at - start;
        };
        const auto skip = [&](std::string_view choices) {
            return at < text.size() && choices.find(text[at]) != choices.npos && ++at;
        };
        const bool zero = at < text.size() && text[at] == '0';
        const std::size_t whole = digits();
        if (whole == 0 || (zero && whole > 1)) return false;
        if (skip(".") && digits() == 0) return false;
        if (skip("eE") && (skip("+-"), digits() == 0)) return false;
        return at == text.size();
    }

    std::string open_;
    bool has_key_ = false;
    int values_ = 0;
};

template <class Write>
void watch(Write write)
{
    JsonWatch json;
    write(json);
    must(json.is_complete(), "one value is written");
}

void check_rows(const Form &form, const Contents &contents)
{
    std::vector<std::size_t> seen(form.tables.size(), 0);
    for (std::uint32_t i = 0; i < contents.rows().size(); ++i) {
        const auto &row = contents.rows()[i];
        must((row.parent == Contents::none) == (i == 0) && (i == 0 || row.parent < i), "a row is in one before it");
        must(row.node == (i == 0 ? Form::root : row.node) && (i == 0 || form[row.node].is_repeat()),
             "the first row is the root, the others are of repeats");
        must(i == 0 || contents.rows()[row.parent].node == form[row.node].repeat, "a row is in a row of its table");
        const auto numbers = position(contents, row);
        must(i == 0 ? numbers.empty() : !numbers.empty() && numbers.back() == row.number, "a row has its number");
        for (std::uint32_t leaf = 0; leaf < form.nodes.size(); ++leaf)
            if (form[leaf].is_leaf() && form[leaf].repeat == row.node)
                must(quire::fuzz::is_database_text(contents.answer(row, form[leaf]).text), "an answer is text");
    }
}

void check_json(const Form &form, const Contents &contents)
{
    for (const bool flat : {false, true}) {
        ExtractOptions options;
        options.names = flat ? ExtractOptions::Names::flat : ExtractOptions::Names::nested;
        options.geo = flat ? ExtractOptions::Geo::wkt : ExtractOptions::Geo::geojson;
        options.repeats = flat ? ExtractOptions::Repeats::links : ExtractOptions::Repeats::inline_rows;
        watch([&](quire::JsonSink &json) {
            for (const Problem &problem : write_extract(form, contents, options, json))
                must(form[problem.node].is_leaf() && !problem.message.empty(), "a problem has a question and words");
        });
    }
    for (const auto &row : contents.rows()) {
        ODataOptions options;
        options.expand = options.wkt = row.number % 2 == 0;
        watch([&](quire::JsonSink &json) { write_odata_row(form, contents, row, options, json); });
    }
}

// The cells of one line of CSV.
std::vector<std::string> cells_of(const std::string &line)
{
    quire::CsvReader reader(line);
    std::vector<std::string> cells, rest;
    const auto first = reader.next(cells);
    must(first.ok() && first.value(), "a line of CSV is a row");
    const auto second = reader.next(rest);
    must(second.ok() && !second.value(), "a line of CSV is one row");
    return cells;
}

void check_export(const Form &form, std::string_view submission, const Contents &contents, const Meta &meta)
{
    ExportOptions options;
    options.select_values = {{"/m", {"a", "b"}}, {"/r/q/m", {"a,b"}}};
    for (const std::uint32_t table : form.tables) {
        const std::size_t columns = cells_of(csv_header(form, table, options)).size();
        std::set<std::string> keys;
        std::size_t lines = 0;
        const auto fault = csv_rows(form, submission, table, options, never, [&](const std::string &line) {
            ++lines;
            // A carriage return is no reason for quotes, in ODK Central's CSV, but it is a line end.
            if (line.find('\r') != line.npos) return;
            const auto cells = cells_of(line);
            must(cells.size() == columns, "a row has a cell for each column");
            if (table != Form::root) must(keys.insert(cells.back()).second, "each row has its own key");
        });
        must(!fault, "what can be read can be exported");
        std::size_t expected = 0;
        for (const auto &row : contents.rows()) expected += row.node == table;
        must(lines == (!meta.encrypted ? expected : table == Form::root ? 1 : 0), "each row is exported");
    }
}

std::string written(const Tree *tree)
{
    if (!tree) return "nothing";
    watch([&](quire::JsonSink &json) { write_tree(*tree, json); });
    return tree->kind == Tree::Kind::text ? "text " + std::string(tree->text) : "";
}

void check_diff(const Form &form, std::string_view older, std::string_view newer)
{
    const auto same = diff(form, older, older, never);
    must(same.ok() && same.value().changes.empty(), "nothing has changed from itself");
    const auto there = diff(form, older, newer, never), back = diff(form, newer, older, never);
    must(there.ok() == back.ok(), "both ways are read");
    if (!there.ok()) {
        must(there.fault().in_newer && !back.fault().in_newer, "the fault is in the other one");
        return;
    }
    must(there.value().changes.empty() == back.value().changes.empty(), "a change can be undone");
    watch([&](quire::JsonSink &json) { write_changes(there.value(), json); });
    for (const auto &change : there.value().changes) {
        must(change.path != nullptr, "a change has a place");
        must(change.before || change.after, "a change takes or gives");
        must(!change.before || !change.after || written(change.before) != written(change.after),
             "a change changes a text");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view input = quire::fuzz::text(data, size);
    if (!quire::fuzz::is_database_text(input)) return 0;
    // A character that no document holds stands between two submissions.
    const std::size_t border = input.find('\x1E');
    const std::string_view submission = input.substr(0, border);
    const std::string_view other = border == input.npos ? other_submission : input.substr(border + 1);
    const Form &form = the_form();

    const auto meta = read_meta(submission, never);
    std::size_t values = 0;
    const auto fault =
        for_each_value(form, submission, never, [&](std::uint32_t node, const Positions &positions, auto text) {
            ++values;
            must(form[node].is_leaf() && !text.empty(), "a value answers a question");
            for (const std::uint32_t number : positions.around(node)) must(number > 0, "repeats count from one");
        });
    Contents contents;
    must(meta.ok() == !fault && meta.ok() == !contents.read(form, submission, never), "all say alike what is read");
    if (!meta.ok()) {
        must(meta.fault().at == fault->at, "all say alike where the fault is");
        return 0;
    }

    check_rows(form, contents);
    check_json(form, contents);
    check_export(form, submission, contents, meta.value());
    check_diff(form, submission, other);

    std::vector<ChosenValue> chosen;
    must(!chosen_values(form, submission, never, chosen), "what can be read has choices");
    for (const ChosenValue &one : chosen)
        must(form[one.node].select_multiple && !one.value.empty(), "a choice is a word");
    std::vector<std::string> files;
    must(!submitted_files(form, submission, never, files), "what can be read has files");
    must(std::set<std::string>(files.begin(), files.end()).size() == files.size(), "each file is named once");
    return 0;
}

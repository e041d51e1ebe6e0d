// test/fuzz/form_fuzz.cpp: any text is a form or is refused, and what is told of a form holds together.
#include "core/forms/edmx.hpp"
#include "core/forms/entities.hpp"
#include "core/forms/parse.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/utf8.hpp"

using namespace quire::forms;
using quire::fuzz::must;

namespace {

void check_label(const Form &form, const Label &label)
{
    for (std::size_t i = 0; i < label.size(); ++i) {
        must(label[i].first < form.languages.size(), "a label is in a language of the form");
        must(i == 0 || label[i - 1].first < label[i].first, "its languages come in their order, each once");
    }
}

void check_node(const Form &form, std::uint32_t index)
{
    const Node &node = form[index];
    const Node &parent = form[node.parent];
    must(node.parent < index && node.end > index && node.end <= parent.end, "a node is inside its parent");
    must(node.path == parent.path + '/' + node.name, "its path goes on from its parent's");
    must(form.find(node.path) == index, "it is found by its path");
    must(form.child(node.parent, node.name) == index, "and by its name");
    must(parent.children.at(node.place) == index, "its parent has it in its place");
    must(node.repeat == (parent.is_repeat() ? node.parent : parent.repeat), "it knows the repeat around it");
    must(!node.is_leaf() || node.children.empty(), "a question has no children");
    must(!node.is_leaf() || node.slot < form[node.repeat].slot, "a question has a place in its table");
    check_label(form, node.label);
    check_label(form, node.hint);
    for (const Choice &choice : node.choices) check_label(form, choice.label);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text = quire::fuzz::text(data, size);
    if (!quire::fuzz::is_database_text(text)) return 0;
    const auto parsed = parse_form(text);
    if (!parsed.ok()) {
        must(!parsed.fault().message.empty() && parsed.fault().line > 0, "a refusal says where and why");
        return 0;
    }
    const Form &form = parsed.value();
    must(form.steps.size() == form.nodes.size() && form.nodes[0].end == form.nodes.size(), "the root holds all");
    must(!form.languages.empty() && form.default_language < form.languages.size(), "there is a default language");
    for (std::uint32_t i = 1; i < form.nodes.size(); ++i) check_node(form, i);
    for (std::size_t i = 1; i < form.tables.size(); ++i) {
        const Node &table = form[form.tables[i]];
        must(table.is_repeat() && table.table == i && table.tables_end > i, "the tables are the repeats");
    }
    (void)datasets_of(form);
    must(!edmx_of(form).empty(), "there is something to tell OData clients");
    return 0;
}

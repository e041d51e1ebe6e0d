// src/core/forms/form.hpp: what an XForm definition says, compiled for reading submissions.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/xml/characters.hpp"

namespace quire::forms {

// Limits of a form; far beyond any that people fill in.
inline constexpr std::size_t max_nodes = 100'000;
inline constexpr std::size_t max_path = 4096;  // bytes

// A text in the languages of a form: (index into Form::languages, text), in the order of the languages.
using Label = std::vector<std::pair<std::uint16_t, std::string>>;

// How values of a field are read. Types that XForms does not know are text, as are the many that it writes as text.
enum class Value : std::uint8_t {
    text,
    integer,
    decimal,
    boolean,
    date,
    time,
    date_time,
    geopoint,
    geotrace,
    geoshape
};

struct Choice {
    std::string value;
    Label label;
};

// Where the choices of a question come from, when they are not in the question: expressions.
struct Itemset {
    std::string nodeset;
    std::string value;  // from one of its nodes to the value
    std::string label;
    int line = 0;
};

// The rules of a node, as the form writes them: expressions of XPath. Those it does not have are empty.
struct Bind {
    std::uint32_t node = 0;
    std::string relevant, required, constraint, calculate;
    Label constraint_message, required_message;
    int line = 0;
};

// A node of the primary instance: a question, a group or a repeat.
struct Node {
    enum class Kind : std::uint8_t { leaf, group, repeat };

    std::string name;   // without prefix
    std::string tag;    // as the form writes it
    std::string path;   // "/group/name": without prefixes, without the root, as ODK Central stores it
    std::string odata;  // the name in OData, of letters, digits and underscores
    std::string type;   // as the bind writes it; "structure", "repeat" or "unknown" where there is none
    Kind kind = Kind::leaf;
    Value value = Value::text;
    Value exported = Value::text;  // as ODK Central's exports read it, which know fewer spellings of types
    bool has_namesakes = false;    // some of its children have the same name in OData
    bool binary = false;
    bool select_multiple = false;
    std::optional<std::string> property;  // of an entity, that the value is saved to

    std::uint32_t parent = 0;
    std::uint32_t repeat = 0;      // the innermost repeat around it, else the root
    std::uint32_t depth = 0;       // of a child of the root: 0
    std::uint32_t end = 0;         // one past its last descendant
    std::uint32_t place = 0;       // among the children of its parent
    std::uint32_t slot = 0;        // of a leaf: which of its table's leaves it is; of a table: how many it has
    std::uint32_t table = 0;       // of the root and repeats: which of Form::tables it is,
    std::uint32_t tables_end = 0;  // and one past the last table inside it
    std::vector<std::uint32_t> children, children_by_name;
    int line = 0;

    Label label, hint;
    std::string control;     // the body element that asks for it: "input", "select1", …; empty when none does
    std::string appearance;  // of the control
    std::vector<Choice> choices;
    std::optional<Itemset> itemset;
    std::string count;  // of a repeat: how many instances there are to be, an expression
    bool calculated = false;
    bool set_aside = false;  // an action or a preload sets its value, so that nothing says what it must be

    bool is_leaf() const { return kind == Kind::leaf; }
    bool is_repeat() const { return kind == Kind::repeat; }
};

// What a walk through a submission needs to know of a node; small, for it is looked at for every element.
struct Step {
    std::uint32_t name_at = 0;  // in Form::names
    std::uint16_t name_size = 0;
    Node::Kind kind = Node::Kind::leaf;
    Value value = Value::text;
    std::uint32_t first_child = 0, next = 0;  // 0 when there is none
    std::uint32_t repeat = 0, slot = 0, table = 0;
};

// A file that a form expects beside itself.
struct Attachment {
    std::string name, type;

    bool operator==(const Attachment &) const = default;
};

// An entity element inside a meta block, as the form declares it.
struct EntityDeclaration {
    std::string dataset;
    std::uint32_t container = 0;  // the node whose meta block it is in: the root, a group or a repeat
    std::uint32_t element = 0;    // the entity's own node
    bool create = false, update = false;
    std::optional<std::string> declared_dataset;  // null when there is no such attribute
    int line = 0;
};

// Something a form does that is no error, but that its author should know.
struct Warning {
    int line = 0;
    std::string path, expression, message;
};

struct Form {
    static constexpr std::uint32_t root = 0;

    std::optional<std::string> id;       // absent when the form has none, or an empty one
    std::optional<std::string> version;  // null when there is no attribute
    std::optional<std::string> title;
    std::vector<std::pair<std::string, std::string>> submission;  // attributes of the submission element
    std::optional<std::string> public_key, entities_version, xforms_version;
    std::vector<std::string> languages;  // "default" alone when the form has no itext
    std::size_t default_language = 0;

    // Depth first, in the order of the document; [0] is the root element, which is no field.
    std::vector<Node> nodes;
    // The tables that a submission makes: the root, then the repeats in their order.
    std::vector<std::uint32_t> tables;

    // For each node, and the names of all.
    std::vector<Step> steps;
    std::string names;

    std::vector<Attachment> attachments;
    std::optional<std::string> attachments_fault;  // why they cannot be told
    std::vector<EntityDeclaration> entities;
    std::vector<Bind> binds;  // those that have rules
    std::vector<Warning> warnings;

    const Node &operator[](std::uint32_t i) const { return nodes[i]; }
    bool is_encrypted() const { return public_key.has_value(); }
    // Completes what follows from the nodes, once all are there.
    void index();
    bool has_name(const Step &step, std::string_view name) const
    {
        return step.name_size == name.size() && xml::same_bytes(names.data() + step.name_at, name.data(), name.size());
    }
    // The child of `parent` with this name (without prefix); 0 when there is none.
    std::uint32_t child(std::uint32_t parent, std::string_view name) const;
    // The node at this path; 0 when there is none.
    std::uint32_t find(std::string_view path) const;
    // A guess at the memory it takes.
    std::size_t bytes() const;

private:
    void make_steps();
};

// Is `node` inside `ancestor`, or the same?
inline bool is_within(const Form &form, std::uint32_t node, std::uint32_t ancestor)
{
    return node >= ancestor && node < form[ancestor].end;
}

}  // namespace quire::forms

// src/core/forms/identity.cpp: paths of rows, with the numbers of repeats in them.
#include "core/forms/identity.hpp"

#include <vector>

#include "core/support/ascii.hpp"
#include "core/support/sha1.hpp"

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

// The nodes from below `outer` to `inner`, which is inside it.
std::vector<std::uint32_t> nodes_between(const Form &form, std::uint32_t outer, std::uint32_t inner)
{
    std::vector<std::uint32_t> nodes;
    for (std::uint32_t node = inner; node != outer; node = form[node].parent) nodes.push_back(node);
    return {nodes.rbegin(), nodes.rend()};
}

std::string spelled_path(const Form &form, const Contents &contents, const Contents::Row &row)
{
    if (row.parent == Contents::none) return {};
    const Contents::Row &outer = contents.rows()[row.parent];
    std::string path = spelled_path(form, contents, outer);
    for (const std::uint32_t node : nodes_between(form, outer.node, row.node)) {
        path.append("%%").append(form[node].name).append("#");
        if (node == row.node) path.append(std::to_string(row.number - 1));
    }
    return path;
}

// As encodeURIComponent of JavaScript.
std::string uri_component(std::string_view text)
{
    static constexpr std::string_view unreserved = "-_.!~*'()";
    std::string encoded;
    for (const char c : text) {
        if (is_alnum(c) || unreserved.find(c) != std::string_view::npos) {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += '%';
            encoded += "0123456789ABCDEF"[byte >> 4];
            encoded += "0123456789ABCDEF"[byte & 0xF];
        }
    }
    return encoded;
}

std::string link_to(const Form &form, const Contents &contents, const Contents::Row &row, std::string_view instance_id)
{
    if (row.parent == Contents::none) return "Submissions('" + uri_component(instance_id) + "')";
    const Contents::Row &outer = contents.rows()[row.parent];
    std::string link = link_to(form, contents, outer, instance_id);
    for (const std::uint32_t node : nodes_between(form, outer.node, row.node))
        link.append("/").append(form[node].odata);
    return link.append("('").append(row_id(form, contents, row, instance_id)).append("')");
}

}  // namespace

std::string row_id(const Form &form, const Contents &contents, const Contents::Row &row, std::string_view instance_id)
{
    if (row.parent == Contents::none) return std::string(instance_id);
    return sha1_hex(std::string("Submissions#").append(instance_id).append(spelled_path(form, contents, row)));
}

std::string parent_id(const Form &form, const Contents &contents, const Contents::Row &row,
                      std::string_view instance_id)
{
    return row_id(form, contents, contents.rows()[row.parent], instance_id);
}

std::string parent_key(const Form &form, std::uint32_t repeat)
{
    std::string key = "__Submissions";
    for (const std::uint32_t node : nodes_between(form, Form::root, form[repeat].repeat))
        key.append("-").append(form[node].odata);
    return key.append("-id");
}

std::string navigation_link(const Form &form, const Contents &contents, const Contents::Row &row, std::uint32_t repeat,
                            std::string_view instance_id)
{
    std::string link = link_to(form, contents, row, instance_id);
    for (const std::uint32_t node : nodes_between(form, row.node, repeat)) link.append("/").append(form[node].odata);
    return link;
}

}  // namespace quire::forms

// test/unit/forms/make_form.hpp: small forms, written as briefly as tests can read them.
#pragma once
#include <gtest/gtest.h>

#include <string>

#include "core/forms/parse.hpp"

namespace quire::forms {

// A form with this inside its primary instance, these binds ("name:type name:type", with paths below the root) and
// this body.
inline std::string form_xml(const std::string &instance, const std::string &binds = "", const std::string &body = "")
{
    std::string xml =
        "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' "
        "xmlns:jr='http://openrosa.org/javarosa' xmlns:orx='http://openrosa.org/xforms' "
        "xmlns:entities='http://www.opendatakit.org/xforms/entities'>"
        "<h:head><h:title>Test</h:title><model><instance><data id='test' version='1'>" +
        instance + "</data></instance>";
    for (std::size_t i = 0; i < binds.size();) {
        const std::size_t end = std::min(binds.find(' ', i), binds.size());
        const std::string bind = binds.substr(i, end - i);
        const std::size_t colon = bind.rfind(':');
        xml += "<bind nodeset='/data/" + bind.substr(0, colon) + "' type='" + bind.substr(colon + 1) + "'/>";
        i = end + 1;
    }
    return xml + "</model></h:head><h:body>" + body + "</h:body></h:html>";
}

inline std::string repeat_of(const std::string &path)
{
    return "<group ref='" + path + "'><repeat nodeset='" + path + "'/></group>";
}

inline Form parsed(const std::string &xml)
{
    auto form = parse_form(xml);
    EXPECT_TRUE(form.ok()) << form.fault().message << ": " << form.fault().detail;
    if (!form.ok()) throw std::runtime_error("no form");
    return std::move(form).value();
}

inline Form make_form(const std::string &instance, const std::string &binds = "", const std::string &body = "")
{
    return parsed(form_xml(instance, binds, body));
}

}  // namespace quire::forms

// test/unit/forms/nodes_test.cpp: the nodes of a form, their types, and which texts are no forms.
#include <gtest/gtest.h>

#include "unit/forms/make_form.hpp"

namespace quire::forms {
namespace {

std::string told(const Form &form)
{
    std::string text;
    for (std::size_t i = 1; i < form.nodes.size(); ++i)
        text += (i > 1 ? " " : "") + form.nodes[i].path + ":" + form.nodes[i].type;
    return text;
}

void expect_refused(const std::string &xml, FormFault::Kind kind, const std::string &message, int line = 1)
{
    const auto form = parse_form(xml);
    ASSERT_FALSE(form.ok()) << xml;
    EXPECT_EQ(form.fault().kind, kind) << form.fault().message;
    EXPECT_EQ(form.fault().message, message);
    EXPECT_EQ(form.fault().line, line) << form.fault().message;
}

TEST(Nodes, ComeDepthFirstWithTheTypesOfTheirBinds)
{
    const Form form = make_form("<a/><g><b/><h><c/></h></g><meta><instanceID/></meta>", "a:int g/b:string");
    EXPECT_EQ(told(form),
              "/a:int /g:structure /g/b:string /g/h:structure /g/h/c:unknown /meta:structure /meta/instanceID:unknown");
    EXPECT_EQ(form[form.find("/g/h/c")].depth, 2u);
    EXPECT_EQ(form.find("/g/x"), Form::root);
    EXPECT_EQ(form[form.find("/g")].end, form.find("/meta"));
}

TEST(Nodes, LoseTheirPrefixesButAreBoundWithThem)
{
    const Form form = make_form("<orx:meta><orx:instanceID/></orx:meta>", "orx:meta/orx:instanceID:string");
    EXPECT_EQ(told(form), "/meta:structure /meta/instanceID:string");
}

TEST(Nodes, AreRepeatsWhereTheBodyRepeatsThem)
{
    const Form form = make_form("<r jr:template=''><a/><s><b/></s></r><r><a/><c/></r>", "r/a:int",
                                repeat_of("/data/r") + repeat_of("/data/r/s"));
    EXPECT_EQ(told(form), "/r:repeat /r/a:int /r/s:repeat /r/s/b:unknown");
    EXPECT_EQ(form.tables.size(), 3u);
    EXPECT_EQ(form[form.find("/r/s/b")].repeat, form.find("/r/s"));
    EXPECT_EQ(form[form.find("/r/s")].repeat, form.find("/r"));
}

TEST(Nodes, AreRepeatsWhereARelativePathOrAPrefixSaysSo)
{
    const Form relative = make_form("<g><r><a/></r></g>", "", "<group ref='/data/g'><repeat nodeset='r'/></group>");
    EXPECT_EQ(told(relative), "/g:structure /g/r:repeat /g/r/a:unknown");
    const Form prefixed = make_form("<orx:r><orx:a/></orx:r>", "", repeat_of("/data/orx:r"));
    EXPECT_EQ(told(prefixed), "/r:repeat /r/a:unknown");
}

TEST(Nodes, TakeTheFirstBindAndRelativeOnesToo)
{
    std::string xml = form_xml("<a/>", "a:int a:string");
    EXPECT_EQ(told(parsed(xml)), "/a:int");
    xml = form_xml("<a/>", "");
    xml.replace(xml.find("</model>"), 0, "<bind nodeset='a' type='decimal'/>");
    EXPECT_EQ(told(parsed(xml)), "/a:decimal");
}

TEST(Nodes, WithATypeHaveNoChildren)
{
    EXPECT_EQ(told(make_form("<g><a/></g>", "g:string")), "/g:string");
}

TEST(Nodes, KnowFilesAndChoicesOfSeveral)
{
    const Form form = make_form("<f/><s/><meta><audit/></meta>", "f:binary s:string", "<select ref='/data/s'/>");
    EXPECT_TRUE(form[form.find("/f")].binary);
    EXPECT_TRUE(form[form.find("/meta/audit")].binary);
    EXPECT_FALSE(form[form.find("/s")].binary);
    EXPECT_TRUE(form[form.find("/s")].select_multiple);
}

TEST(Nodes, ReadTypesMoreKindlyThanExportsDo)
{
    std::string xml = form_xml("<a/><b/>", "b:int");
    xml.replace(xml.find("</model>"), 0, "<bind nodeset='/data/a' type='xsd:int'/>");
    const Form form = parsed(xml);
    EXPECT_EQ(form[1].value, Value::integer);
    EXPECT_EQ(form[1].exported, Value::text);
    EXPECT_EQ(form[2].exported, Value::integer);
}

TEST(Forms, AreRefusedWithTheLineAndTheRule)
{
    using Kind = FormFault::Kind;
    expect_refused("\n<a>", Kind::ill_formed, "the XML is not well-formed", 2);
    expect_refused("<!DOCTYPE a><a/>", Kind::ill_formed, "a document type declaration is not accepted");
    expect_refused("<a/>", Kind::not_a_form, "the root element of a form is html");
    expect_refused("<html>\n<body/></html>", Kind::not_a_form, "the form has no head");
    expect_refused("<html>\n<head/></html>", Kind::not_a_form, "the form has no model", 2);
    expect_refused("<html><head>\n<model/></head></html>", Kind::not_a_form, "the model has no instance", 2);
    expect_refused("<html><head><model>\n<instance/></model></head></html>", Kind::not_a_form,
                   "the primary instance is empty", 2);
    expect_refused(form_xml("<a/>\n<a/>"), Kind::not_a_form, "two nodes have the path /a, which is no repeat", 2);
    expect_refused(form_xml("<a/>\n<orx:a/>"), Kind::not_a_form, "two nodes have the path /a, which is no repeat", 2);
    expect_refused(form_xml("<" + std::string(max_path + 1, 'a') + "/>"), Kind::too_large,
                   "a path is longer than 4096 bytes");
}

TEST(Forms, SayWhoTheyAre)
{
    const Form form = parsed("\n<?xml version='1.0'?>" + form_xml("<a/>"));
    EXPECT_EQ(form.id, "test");
    EXPECT_EQ(form.version, "1");
    EXPECT_EQ(form.title, "Test");
    const Form bare = parsed("<html><head><model><instance><x id=''/></instance></model></head></html>");
    EXPECT_EQ(bare.id, std::nullopt);
    EXPECT_EQ(bare.version, std::nullopt);
    EXPECT_EQ(bare.title, std::nullopt);
    EXPECT_FALSE(bare.warnings.empty());
}

}  // namespace
}  // namespace quire::forms

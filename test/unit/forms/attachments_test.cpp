// test/unit/forms/attachments_test.cpp: the files that a form expects beside itself.
#include <gtest/gtest.h>

#include "unit/forms/make_form.hpp"

namespace quire::forms {
namespace {

std::string told(const Form &form)
{
    std::string text;
    for (const Attachment &file : form.attachments) text += (text.empty() ? "" : ", ") + file.name + ":" + file.type;
    return text;
}

Form with_model(const std::string &model, const std::string &instance = "<a/>", const std::string &body = "")
{
    std::string xml = form_xml(instance, "", body);
    xml.replace(xml.find("</model>"), 0, model);
    return parsed(xml);
}

TEST(Attachments, AreExternalInstances)
{
    EXPECT_EQ(
        told(with_model("<instance id='x' src='jr://file/x.xml'/><instance id='y' src=' jr://file-csv/y.csv '/>"
                        "<instance id='z' src='jr://instance/last-saved'/><instance id='w' src='jr://file/a/b.xml'/>")),
        "x.xml:file, y.csv:file");
}

TEST(Attachments, AreMediaOfTexts)
{
    EXPECT_EQ(
        told(with_model("<itext><translation lang='en'><text id='a'><value>no</value>"
                        "<value form='image'>jr://images/a.png</value><value form='big-image'>jr://images/b.png</value>"
                        "<value form='audio'>jr://audio/c.mp3</value><value form='guidance'>jr://images/d.png</value>"
                        "</text></translation></itext>")),
        "a.png:image, b.png:image, c.mp3:audio");
}

TEST(Attachments, AreImagesAsDefaults)
{
    EXPECT_EQ(told(with_model("", "<a>jr://images/a.png</a><g><b>jr://images/b.png</b></g><c>jr://images/x/c.png</c>")),
              "a.png:image, b.png:image");
}

TEST(Attachments, AreWhatAppearancesSearch)
{
    const auto searching = [](const std::string &appearance) {
        return told(with_model("", "<a/>", "<select1 ref='/data/a' appearance=\"" + appearance + "\"/>"));
    };
    EXPECT_EQ(searching("search('fruits')"), "fruits.csv:file");
    EXPECT_EQ(searching("minimal search('fruits.csv', 'contains', 'name')"), "fruits.csv:file");
    EXPECT_EQ(searching(" search ( &quot;fruits&quot; ) "), "fruits.csv:file");
    EXPECT_EQ(searching("search('it''s')"), "it's.csv:file");
    EXPECT_EQ(searching("search(' fruits')"), "");
    EXPECT_EQ(searching("search(/data/a)"), "");
    EXPECT_EQ(searching("research('fruits')"), "");
    EXPECT_EQ(told(with_model("", "<a/>", "<input ref='/data/a' query='x'/><input ref='/data/a' query='y'/>")),
              "itemsets.csv:file");
}

TEST(Attachments, CannotBeToldWhereQuotesDoNotMatch)
{
    const Form form = with_model("<instance id='x' src='jr://file/x.xml'/>", "<a/>",
                                 "<select ref='/data/a' appearance=\"search('fruits)\"/>");
    EXPECT_EQ(form.attachments_fault, "the search() appearance of /data/a has quotes that do not match");
    EXPECT_EQ(told(form), "");
}

TEST(Attachments, ComeOnceForTheTypeThatWasSeenLast)
{
    EXPECT_EQ(told(with_model("<instance id='x' src='jr://file/a.png'/><instance id='y' src='jr://file/a.png'/>",
                              "<a>jr://images/a.png</a>")),
              "a.png:file, a.png:image");
}

}  // namespace
}  // namespace quire::forms

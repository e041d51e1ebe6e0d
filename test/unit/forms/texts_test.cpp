// test/unit/forms/texts_test.cpp: languages, labels, hints and choices of a form.
#include <gtest/gtest.h>

#include "core/forms/texts.hpp"
#include "unit/forms/make_form.hpp"

namespace quire::forms {
namespace {

// A form of one question, with this itext and this body.
Form speaking(const std::string &itext, const std::string &body, const std::string &instance = "<a/>")
{
    std::string xml = form_xml(instance, "", body);
    xml.replace(xml.find("<instance>"), 0, itext);
    return parsed(xml);
}

std::string told(const Form &form, const Label &label)
{
    std::string text;
    for (const auto &[language, words] : label)
        text += (text.empty() ? "" : ", ") + form.languages[language] + ": " + words;
    return text;
}

std::string label_of(const Form &form, const std::string &path = "/a")
{
    return told(form, form[form.find(path)].label);
}

constexpr const char *two_languages =
    "<itext><translation lang='fr'><text id='q'><value>Nom</value></text></translation>"
    "<translation lang='en' default='true()'><text id='q'><value form='image'>jr://images/q.png</value><value> Name "
    "</value>"
    "<value form='short'>N</value></text><text id='picture'><value form='image'>jr://images/p.png</value></text>"
    "</translation></itext>";

TEST(Texts, ComeInTheLanguagesOfTheForm)
{
    const Form form = speaking(two_languages, "<input ref='/data/a'><label ref=\"jr:itext('q')\"/></input>");
    EXPECT_EQ(form.languages, (std::vector<std::string>{"fr", "en"}));
    EXPECT_EQ(form.default_language, 1u);
    EXPECT_EQ(label_of(form), "fr: Nom, en: Name");
    EXPECT_EQ(form[form.find("/a")].control, "input");
}

TEST(Texts, HaveTheOneLanguageDefaultWithoutItext)
{
    const Form form = speaking("", "<input ref='/data/a'><label>Name</label><hint>In full</hint></input>");
    EXPECT_EQ(form.languages, std::vector<std::string>{"default"});
    EXPECT_EQ(label_of(form), "default: Name");
    EXPECT_EQ(told(form, form[form.find("/a")].hint), "default: In full");
}

TEST(Texts, ShowOutputsAsWhatTheyEvaluate)
{
    const Form form = speaking(
        "", "<input ref='/data/a'><label>Age of <output value=' /data/name '/>, in <b>years</b>?</label></input>");
    EXPECT_EQ(label_of(form), "default: Age of ${/data/name}, in years?");
}

TEST(Texts, PreferTheRefToWhatStandsBesideItWhereItResolves)
{
    const char *const label = "<input ref='/data/a'><label ref='jr:itext(\"q\")'>Literal</label></input>";
    EXPECT_EQ(label_of(speaking(two_languages, label)), "fr: Nom, en: Name");
    EXPECT_EQ(label_of(speaking("", label)), "default: Literal");
}

TEST(Texts, TakeTheLabelOfARepeatBeforeThatOfItsGroup)
{
    const std::string group = "<group ref='/data/r'><label>Group</label><repeat nodeset='/data/r'>";
    const Form both = speaking("", group + "<label>Repeat</label></repeat></group>", "<r><b/></r>");
    EXPECT_EQ(label_of(both, "/r"), "default: Repeat");
    EXPECT_EQ(both[both.find("/r")].control, "repeat");
    EXPECT_EQ(label_of(speaking("", group + "</repeat></group>", "<r><b/></r>"), "/r"), "default: Group");
}

TEST(Texts, WarnOfWhatIsMissing)
{
    const auto warnings = [](const Form &form) {
        std::string text;
        for (const Warning &warning : form.warnings) text += warning.path + " " + warning.message + ". ";
        return text;
    };
    EXPECT_EQ(warnings(speaking("", "<input ref='/data/b'/>")),
              "/b the body asks for a node that the form does not have. ");
    EXPECT_EQ(warnings(speaking(two_languages, "<input ref='/data/a'><label ref=\"jr:itext('x')\"/></input>")),
              "/a a text has no translation into the default language. ");
    EXPECT_EQ(warnings(speaking(two_languages, "<input ref='/data/a'><label ref=\"jr:itext('picture')\"/></input>")),
              "");
    EXPECT_EQ(warnings(speaking("<itext><translation/><translation lang='a'/><translation lang='a'/></itext>", "")),
              " a translation names no language.  two translations name one language; only the first counts. ");
}

std::string choices_of(const Form &form)
{
    std::string text;
    for (const Choice &choice : form[form.find("/a")].choices)
        text += (text.empty() ? "" : ", ") + choice.value + " (" + told(form, choice.label) + ")";
    return text;
}

TEST(Choices, AreTheItemsOfASelect)
{
    EXPECT_EQ(choices_of(
                  speaking("",
                           "<select1 ref='/data/a'><item><label>Yes</label><value>y</value></item>"
                           "<item><value> n </value></item><item><label>Yes</label><value>y</value></item></select1>")),
              "y (default: Yes), n ()");
}

// A select whose choices are in the instance "list".
Form listing(const std::string &label, const std::string &source)
{
    std::string xml =
        form_xml("<a/>", "",
                 "<select ref='/data/a'><itemset nodeset=\"instance('list')/root/item[x = ']' and y[1]]\">"
                 "<value ref='name'/><label ref='" +
                     label + "'/></itemset></select>");
    xml.replace(xml.find("<instance>"), 0,
                "<itext><translation lang='en'><text id='i1'><value>One</value></text></translation></itext>");
    xml.replace(xml.find("</model>"), 0,
                "<instance id='list'" + source +
                    "><root><item><name>1</name><label>Uno</label><itextId>i1</itextId></item>"
                    "<item><name>2</name></item></root></instance>");
    return parsed(xml);
}

TEST(Choices, AreTakenFromASecondaryInstanceWhateverFiltersThem)
{
    EXPECT_EQ(choices_of(listing("label", "")), "1 (en: Uno), 2 ()");
    EXPECT_EQ(choices_of(listing("jr:itext(itextId)", "")), "1 (en: One), 2 ()");
    EXPECT_EQ(choices_of(listing("label", " src='jr://file/list.xml'")), "");
}

}  // namespace
}  // namespace quire::forms

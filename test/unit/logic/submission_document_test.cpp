// test/unit/logic/submission_document_test.cpp: a submission and a form as the documents that rules look into.
#include "core/logic/submission_document.hpp"

#include <gtest/gtest.h>

#include "unit/logic/judge.hpp"

namespace quire::logic {
namespace {

// The elements of a document in brackets, those that are absent after a minus.
void write(const Document &document, std::uint32_t node, std::string &text)
{
    for (std::uint32_t child = document[node].first_child; child != 0; child = document[child].next) {
        if (document[child].kind != Node::Kind::element) {
            text += document[child].text;
            continue;
        }
        text += (document[child].absent ? "-" : "") + std::string(document[child].tag) + '(';
        write(document, child, text);
        text += ')';
    }
}

std::string read(const Survey &survey, std::string_view submission, SubmissionDocument &made)
{
    if (const auto fault = read_submission(*survey.rules, submission, made, never))
        return std::string("fault ") + fault->message;
    std::string text;
    write(made.document, Document::root, text);
    return text;
}
std::string read(const Survey &survey, std::string_view submission)
{
    SubmissionDocument made;
    return read(survey, submission, made);
}

const Survey &household()
{
    static const Survey survey("<a/><g><b/><h><c/></h></g><r><d/></r>", "", forms::repeat_of("/data/r"));
    return survey;
}

TEST(SubmissionDocument, HasWhatTheFormHas)
{
    EXPECT_EQ(read(household(), "<data><a>1</a><g><b>2</b><h><c/></h></g><r><d>3</d></r><r><d/></r></data>"),
              "data(a(1)g(b(2)h(c()))r(d(3))r(d()))");
    EXPECT_EQ(read(household(), "<data/>"), "data(-a()-g(-b()-h(-c())))") << "no instance of a repeat is none at all";
    EXPECT_EQ(read(household(), "<data><g><h/></g><a/></data>"), "data(g(h(-c())-b())a())");
    EXPECT_EQ(read(household(), "<data><r/></data>"), "data(r(-d())-a()-g(-b()-h(-c())))");
}

TEST(SubmissionDocument, TellsStrangersApart)
{
    SubmissionDocument made;
    EXPECT_EQ(read(household(), "<data><a/><a/><x><y/></x><g><b/><h><c/></h><z/></g></data>", made),
              "data(a()a()g(b()h(c())))");
    ASSERT_EQ(made.strangers.size(), 3u);
    EXPECT_EQ(made.strangers[0].name, "");
    EXPECT_EQ(made.strangers[0].node, household().rules->form().find("/a"));
    EXPECT_EQ(made.strangers[1].name, "x");
    EXPECT_EQ(made.strangers[2].name, "z");
}

TEST(SubmissionDocument, KeepsTextsWhateverTheyAreMadeOf)
{
    EXPECT_EQ(read(household(), "<data><a>1 &lt; <![CDATA[2]]>&#33;</a><g><b/><h><c/></h></g></data>"),
              "data(a(1 < 2!)g(b()h(c())))");
}

TEST(SubmissionDocument, MayBeUsedAgain)
{
    SubmissionDocument made;
    const std::string full = "<data><a>1</a><x/></data>";
    EXPECT_EQ(read(household(), full, made), "data(a(1)-g(-b()-h(-c())))");
    EXPECT_EQ(read(household(), "<data><a>1</a>", made).substr(0, 5), "fault");
    EXPECT_EQ(read(household(), full, made), "data(a(1)-g(-b()-h(-c())))");
    EXPECT_EQ(made.strangers.size(), 1u);
    EXPECT_FALSE(made.encrypted);
    (void)read(household(), "<data encrypted='yes'/>", made);
    EXPECT_TRUE(made.encrypted);
}

TEST(SubmissionDocument, IsWhatJavaRosaSeesWithoutTheAbsent)
{
    const Survey survey("<a/><b/>", bind_of("a", "constraint=\"count(../*) = 1 or /data/b = 'never'\""));
    EXPECT_EQ(survey.judge("<a>x</a>", in_javarosa), "structure /b");
    EXPECT_EQ(survey.judge("<a>x</a>", in_webforms), "constraint /a\nstructure /b") << "to web-forms it is blank";
}

TEST(FormDocument, FindsInstancesAndTexts)
{
    const Survey survey("<a/>",
                        "<itext><translation lang='en'><text id='x'><value form='image'>x.png</value><value>X</value>"
                        "</text></translation><translation lang='fr' default='true()'><text id='x'><value>Y</value>"
                        "</text></translation></itext><instance id='c'><root/></instance><instance id='e' "
                        "src='jr://file-csv/e.csv'/>");
    const FormDocument &parts = survey.rules->parts();
    EXPECT_EQ(parts.languages(), (std::vector<std::string_view>{"en", "fr"}));
    EXPECT_EQ(parts.default_language(), 1u);
    Arena arena;
    const Document &document = survey.rules->definition();
    EXPECT_EQ(document.text_of(parts.itext(0, "x"), arena), "X") << "not the picture";
    EXPECT_EQ(document.text_of(parts.itext(1, "x"), arena), "Y");
    EXPECT_EQ(parts.itext(0, "y"), 0u);
    EXPECT_EQ(parts.itext(7, "x"), 0u);
    EXPECT_NE(parts.primary(), 0u);
    EXPECT_NE(parts.instance("c"), 0u);
    EXPECT_EQ(parts.instance("d"), 0u);
    EXPECT_FALSE(parts.source(parts.instance("c")));
    EXPECT_EQ(parts.source(parts.instance("e")), "jr://file-csv/e.csv");
}

TEST(FormDocument, HasNothingToOfferWhereThereIsNoForm)
{
    for (const char *text : {"<a/>", "<html/>", "<html><head/></html>", "<html><head><model/></head></html>"}) {
        Names names;
        Document document;
        ASSERT_FALSE(read_document(text, names, document, {}, never));
        const FormDocument parts(document);
        EXPECT_EQ(parts.primary(), 0u) << text;
        EXPECT_EQ(parts.instance(""), 0u) << text;
        EXPECT_TRUE(parts.languages().empty()) << text;
    }
}

}  // namespace
}  // namespace quire::logic

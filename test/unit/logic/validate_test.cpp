// test/unit/logic/validate_test.cpp: each rule that a submission can break, by both dialects.
#include "core/logic/validate.hpp"

#include <gtest/gtest.h>

#include "unit/logic/judge.hpp"

namespace quire::logic {
namespace {

TEST(Validate, FindsNothingWrongWithAGoodSubmission)
{
    const Survey survey("<a/><b/>", bind_of("a", "type='int' constraint='. &gt; 0' required='true()'") +
                                        bind_of("b", "type='int' calculate='../a * 2' relevant='../a &gt; 1'"));
    EXPECT_EQ(survey.judge("<a>2</a><b>4</b>"), "");
    EXPECT_EQ(survey.judge("<a>1</a>"), "") << "what is not relevant is left out";
}

TEST(Validate, JudgesConstraintsOnAnswersOnly)
{
    const Survey survey("<a/>", bind_of("a", "constraint='. &gt; 0 and . &lt; 120'"));
    EXPECT_EQ(survey.judge("<a>0</a>"), "constraint /a");
    EXPECT_EQ(survey.judge("<a>120</a>"), "constraint /a");
    EXPECT_EQ(survey.judge("<a>x</a>"), "constraint /a");
    EXPECT_EQ(survey.judge("<a/>"), "");
    EXPECT_EQ(survey.judge("<a>119</a>"), "");
}

TEST(Validate, TellsWhatOnlyOneDialectSees)
{
    const Survey survey("<a/><d/>", bind_of("a", "constraint=\"regex(., '[0-9]+')\"") +
                                        bind_of("d", "constraint=\". &gt; '2024-01-01'\""));
    EXPECT_EQ(survey.judge("<a>x1</a><d/>"), "constraint /a!");
    EXPECT_EQ(survey.judge("<a>x1</a><d/>", in_javarosa), "constraint /a");
    EXPECT_EQ(survey.judge("<a>x1</a><d/>", in_webforms), "");
    EXPECT_EQ(survey.judge("<a>x</a><d/>"), "constraint /a");
    EXPECT_EQ(survey.judge("<a/><d>2024-05-01</d>"), "constraint /d!");
}

TEST(Validate, SeesStrangersWhereTheirGroupIsRelevant)
{
    const Survey survey("<a/><g><b/></g>", bind_of("g", "relevant=\"regex(/data/a, '[0-9]+')\""));
    EXPECT_EQ(survey.judge("<a>1</a><g><z>1</z><b/></g>"), "structure /g+z");
    EXPECT_EQ(survey.judge("<a>x1</a><g><z>1</z><b>1</b></g>"), "relevant /g!\nstructure /g+z!");
}

TEST(Validate, DoesNotTakeAnErrorForABrokenRule)
{
    const Survey survey("<a/><r><x/></r>",
                        bind_of("a", "constraint='sum(1) &gt; 2' required='sum(1)' relevant='sum(1)'") +
                            bind_of("r/x", "constraint='/data/r/x = 1'"),
                        forms::repeat_of("/data/r"));
    EXPECT_EQ(survey.judge("<a>1</a>"), "");
    EXPECT_EQ(survey.judge("<r><x>1</x></r>"), "") << "nobody can tell whether a is relevant";
}

TEST(Validate, AsksForWhatIsRequiredWhereItIsRelevant)
{
    const Survey survey("<a/><b/><g><c/></g>", bind_of("a", "required='true()'") +
                                                   bind_of("b", "required=\"../a = 'x'\" relevant=\"../a != 'y'\"") +
                                                   bind_of("g", "relevant=\"/data/a = 'x'\"") +
                                                   bind_of("g/c", "required='true()'"));
    EXPECT_EQ(survey.judge("<a/><b/>"), "required /a");
    EXPECT_EQ(survey.judge("<a>x</a><b/><g><c/></g>"), "required /b\nrequired /g/c");
    EXPECT_EQ(survey.judge("<a>x</a><b> </b><g><c>1</c></g>"), "") << "a blank is an answer to all clients";
    EXPECT_EQ(survey.judge("<a>y</a>"), "");
    EXPECT_EQ(survey.judge("<a>z</a><b/>"), "");
}

TEST(Validate, HandsRelevanceDown)
{
    const Survey survey("<a/><g><b/><h><c/></h></g>", bind_of("g", "relevant='/data/a = 1'") +
                                                          bind_of("g/b", "constraint='. = 1'") +
                                                          bind_of("g/h/c", "relevant='true()' required='true()'"));
    EXPECT_EQ(survey.judge("<a>1</a><g><b>1</b><h><c>1</c></h></g>"), "");
    EXPECT_EQ(survey.judge("<a>2</a><g><b>2</b><h><c/></h></g>"), "relevant /g") << "and nothing about what is in it";
    EXPECT_EQ(survey.judge("<a>2</a><g><b/><h><c/></h></g>"), "") << "no answer is lost in empty elements";
    EXPECT_EQ(survey.judge("<a>2</a>"), "");
    EXPECT_EQ(survey.judge("<a>1</a>"), "structure /g\nrequired /g/h/c");
}

TEST(Validate, ReadsTypesAsTheBindSays)
{
    struct {
        const char *type, *good, *bad;
    } cases[] = {
        {"int", "12", "1.5"},
        {"int", "-2147483648", "2147483648"},
        {"integer", "2147483648", "1e3"},
        {"decimal", "-1.50", "x"},
        {"decimal", "1.0E10", "1,5"},
        {"date", "2024-02-29", "2024-02-30"},
        {"time", "10:30:00.000+02:00", "25:00"},
        {"dateTime", "2024-05-01T10:30:00.000+02:00", "2024-05-01T"},
        {"boolean", "true", "yes"},
        {"boolean", "0", "2"},
        {"geopoint", "1 2 3 4", "91 0"},
        {"geotrace", "1 2;3 4", "1 2"},
        {"geoshape", "1 2;3 4;5 6;1 2", "1 2;x"},
        {"xsd:int", "7", "seven"},
    };
    for (const auto &one : cases) {
        const Survey survey("<a/>", bind_of("a", std::string("type='") + one.type + "'"));
        EXPECT_EQ(survey.judge(std::string("<a>") + one.good + "</a>"), "") << one.type << ' ' << one.good;
        EXPECT_EQ(survey.judge(std::string("<a>") + one.bad + "</a>"), "type /a") << one.type << ' ' << one.bad;
    }
    EXPECT_EQ(Survey("<a/>", bind_of("a", "type='string'")).judge("<a>anything</a>"), "");
    EXPECT_EQ(Survey("<a/>", bind_of("a", "type='int'")).judge("<a/>"), "");
}

TEST(Validate, ComparesWhatWasCalculated)
{
    const Survey survey("<a/><b/><c/>", bind_of("b", "type='decimal' calculate='../a div 4'") +
                                            bind_of("c", "calculate=\"if(../a &gt; 1, 'big', '')\""));
    EXPECT_EQ(survey.judge("<a>2</a><b>0.5</b><c>big</c>"), "");
    EXPECT_EQ(survey.judge("<a>2</a><b>0.50</b><c>big</c>"), "") << "another notation";
    EXPECT_EQ(survey.judge("<a>2</a><b>0.6</b><c/>"), "calculate /b\ncalculate /c");
    EXPECT_EQ(survey.judge("<a/><b/><c/>"), "") << "none and no number are the same";
    EXPECT_EQ(survey.judge("<a/><b>NaN</b><c/>"), "type /b");
}

TEST(Validate, LeavesWhatChangesAlone)
{
    const Survey survey("<a/><b/><c/><d/>", bind_of("a", "calculate='uuid()'") +
                                                bind_of("b", "calculate='random() * 2'") +
                                                bind_of("c", "calculate='once(1)'") +
                                                bind_of("d", "constraint='. &lt; today() and random() &lt; 0'"));
    EXPECT_EQ(survey.judge("<a>x</a><b>7</b><c>2</c><d>2030-01-01</d>"), "");
    Survey dated("<d/>", bind_of("d", "type='date' constraint='. &lt;= today()'"));
    EXPECT_EQ(dated.judge("<d>2030-01-01</d>"), "") << "nobody knows when that was";
    dated.knows_time = true;
    EXPECT_EQ(dated.judge("<d>2030-01-01</d>"), "constraint /d");
    EXPECT_EQ(dated.judge("<d>2024-05-01</d>"), "");
}

TEST(Validate, KnowsInstancesOfRepeatsByTheirNumbers)
{
    const Survey survey("<r><a/><q><b/></q></r>",
                        bind_of("r/a", "required='true()'") + bind_of("r/q/b", "constraint='. &lt; ../../a'"),
                        "<group ref='/data/r'><repeat nodeset='/data/r'><group ref='/data/r/q'><repeat "
                        "nodeset='/data/r/q'/></group></repeat></group>");
    EXPECT_EQ(survey.judge("<r><a>5</a><q><b>1</b></q><q><b>7</b></q></r><r><a/><q><b>9</b></q></r>"),
              "constraint /r/q/b[1][2]\nrequired /r/a[2]\nconstraint /r/q/b[2][1]");
    EXPECT_EQ(survey.judge(""), "");
}

TEST(Validate, CountsInstances)
{
    const Survey survey("<n/><r><a/></r>", "", "<repeat nodeset='/data/r' jr:count='/data/n'/>");
    EXPECT_EQ(survey.judge("<n>2</n><r><a/></r><r><a/></r>"), "");
    EXPECT_EQ(survey.judge("<n>2</n><r><a/></r>"), "repeat_count /r");
    EXPECT_EQ(survey.judge("<n>0</n>"), "");
    EXPECT_EQ(survey.judge("<n>1</n>"), "repeat_count /r");
    EXPECT_EQ(survey.judge("<n/><r><a/></r>"), "") << "no number asks for nothing";
    EXPECT_EQ(survey.judge("<n>1.9</n><r><a/></r>"), "");
    EXPECT_EQ(survey.judge("<n>-3</n>"), "");
    EXPECT_EQ(survey.judge("<n>2</n><r><a/></r>", in_both, true), "repeat_count /r");
}

TEST(Validate, CountsNoInstancesOfWhatIsNotRelevant)
{
    const Survey survey("<n/><q/><r><a/></r>", bind_of("r", "relevant=\"/data/q = 'yes'\""),
                        "<repeat nodeset='/data/r' jr:count='/data/n'/>");
    EXPECT_EQ(survey.judge("<n>2</n><q>no</q>"), "");
    EXPECT_EQ(survey.judge("<n>2</n><q>yes</q>"), "repeat_count /r");
    EXPECT_EQ(survey.judge("<n>1</n><q>no</q><r><a>1</a></r>"), "relevant /r[1]");
}

constexpr const char *choices =
    "<instance id='c'><root><item><name>a</name><label>A</label><g>1</g></item><item><name>b</name><label>B</label>"
    "<g>2</g></item></root></instance>";

TEST(Validate, LooksForWhatWasChosenAmongTheListedChoices)
{
    const std::string items =
        "<item><label>A</label><value>a</value></item><item><label>B</label><value>b</value></item>";
    const Survey survey("<s/><m/><k/>", "",
                        "<select1 ref='/data/s'>" + items + "</select1><select ref='/data/m'>" + items +
                            "</select><rank ref='/data/k'>" + items + "</rank>");
    EXPECT_EQ(survey.judge("<s>a</s><m>b a</m><k>b a</k>"), "");
    EXPECT_EQ(survey.judge("<s>c</s><m>a c</m><k>a</k>"), "choice /s\nchoice /m\nchoice /k");
    EXPECT_EQ(survey.judge("<s>a b</s><m/><k/>"), "choice /s");
    EXPECT_EQ(survey.judge("<s/><m/><k>a a b</k>"), "choice /k") << "each once";
    const Survey searching("<s/>", "", "<select1 ref='/data/s' appearance=\"search('x')\">" + items + "</select1>");
    EXPECT_EQ(searching.judge("<s>zz</s>"), "") << "Collect puts other choices there";
}

TEST(Validate, FiltersChoicesByOtherAnswers)
{
    const std::string body =
        "<select1 ref='/data/s'><itemset nodeset=\"instance('c')/root/item[g = /data/g]\"><value ref='name'/>"
        "<label ref='label'/></itemset></select1>";
    const Survey survey("<g/><s/>", choices, body);
    EXPECT_EQ(survey.judge("<g>1</g><s>a</s>"), "");
    EXPECT_EQ(survey.judge("<g>2</g><s>a</s>"), "choice /s");
    EXPECT_EQ(survey.judge("<g/><s/>"), "");
    const Survey random("<s/>", choices,
                        "<select1 ref='/data/s'><itemset nodeset=\"instance('c')/root/item[random() &gt; 2]\"><value "
                        "ref='name'/><label ref='label'/></itemset></select1>");
    EXPECT_EQ(random.judge("<s>a</s>"), "") << "what changes is no reason";
    const Survey shuffled(
        "<s/>", choices,
        "<select1 ref='/data/s'><itemset nodeset=\"randomize(instance('c')/root/item[g = 1])\"><value "
        "ref='name'/><label ref='label'/></itemset></select1>");
    EXPECT_EQ(shuffled.judge("<s>a</s>"), "");
    EXPECT_EQ(shuffled.judge("<s>b</s>"), "choice /s");
}

TEST(Validate, TakesChoicesFromDataBesideTheForm)
{
    Survey survey("<s/>", "<instance id='e' src='jr://file-csv/e.csv'/>",
                  "<select1 ref='/data/s'><itemset nodeset=\"instance('e')/root/item\"><value ref='name'/><label "
                  "ref='label'/></itemset></select1>");
    EXPECT_EQ(survey.judge("<s>zz</s>"), "") << "nobody can tell without the data";
    survey.instances = {{"e.csv", "name,label\nx,X\n"}};
    EXPECT_EQ(survey.judge("<s>x</s>"), "");
    EXPECT_EQ(survey.judge("<s>zz</s>"), "choice /s");
}

TEST(Validate, KnowsLabelsOfChoices)
{
    const Survey survey("<s/><l/>", choices + bind_of("l", "calculate=\"jr:choice-name(/data/s, '/data/s')\""),
                        "<select1 ref='/data/s'><itemset nodeset=\"instance('c')/root/item\"><value ref='name'/><label "
                        "ref='label'/></itemset></select1>");
    EXPECT_EQ(survey.judge("<s>a</s><l>A</l>"), "");
    EXPECT_EQ(survey.judge("<s>a</s><l>B</l>"), "calculate /l");
    EXPECT_EQ(survey.judge("<s/><l/>"), "");
}

TEST(Validate, EndsWhereChoicesDependOnTheirOwnLabels)
{
    const Survey survey(
        "<s/>", choices,
        "<select1 ref='/data/s'><itemset nodeset=\"instance('c')/root/item[label = "
        "jr:choice-name('zz', '/data/s')]\"><value ref='name'/><label ref='label'/></itemset></select1>");
    EXPECT_NO_THROW((void)survey.judge("<s>zz</s>"));
}

TEST(Validate, SeesWhatTheFormDoesNotHave)
{
    const Survey survey("<a/><g><b/></g><meta><instanceID/></meta>", "");
    EXPECT_EQ(survey.judge("<a/><g><b/></g><x>1</x>"), "structure +x");
    EXPECT_EQ(survey.judge("<a/><g><b/><x/></g>"), "structure /g+x");
    EXPECT_EQ(survey.judge("<a/><a/><g><b/></g>"), "structure /a");
    EXPECT_EQ(survey.judge("<a/><g><b/></g><x>1</x><y/>", in_both, true), "structure +x") << "the first one is whole";
    EXPECT_EQ(survey.judge("<a/><g><b/></g><meta><instanceID>1</instanceID><more/></meta>"), "")
        << "clients write more about a submission";
    EXPECT_EQ(
        survey.judge("<a/><orx:meta xmlns:orx='http://openrosa.org/xforms'><orx:instanceID/></orx:meta><g><b/></g>"),
        "");
}

TEST(Validate, MissesWhatIsLeftOutThoughRelevant)
{
    const Survey survey("<a/><b/><g><c/></g>", bind_of("b", "relevant=\"/data/a = 'x'\""));
    EXPECT_EQ(survey.judge("<a>x</a><g><c/></g>"), "structure /b");
    EXPECT_EQ(survey.judge("<a>y</a><g><c/></g>"), "");
    EXPECT_EQ(survey.judge("<b/><g><c/></g>"), "structure /a");
    EXPECT_EQ(survey.judge("<a/>"), "structure /g") << "once for all that is in it";
}

TEST(Validate, CannotJudgeWhatIsEncrypted)
{
    const Survey survey("<a/>", bind_of("a", "required='true()'"));
    EXPECT_EQ(survey.judge("<base64EncryptedKey>x</base64EncryptedKey>"), "");
}

TEST(Validate, GivesTheWordsOfTheForm)
{
    const Survey survey("<a/>",
                        "<bind nodeset='/data/a' constraint='. = 1' jr:constraintMsg='One, please' "
                        "required='true()' jr:requiredMsg='Answer'/>");
    SubmissionDocument submission;
    ASSERT_FALSE(read_submission(*survey.rules, "<data id='test'><a>2</a></data>", submission, never));
    FormWorld world(*survey.rules, submission.document);
    world.zone = &survey.zone;
    Validator validator(world, {}, never);
    const auto found = validator.run(submission, false);
    ASSERT_EQ(found.size(), 1u);
    ASSERT_TRUE(found[0].message);
    EXPECT_EQ(found[0].message->at(0).second, "One, please");
    EXPECT_EQ(found[0].expression, ". = 1");
}

TEST(Validate, StopsAtItsLimits)
{
    Survey survey("<a/>", bind_of("a", "constraint='count(//*[count(//*) > 0]) > 0'"));
    survey.limits.steps = 5;
    EXPECT_EQ(survey.judge("<a>1</a>"), "") << "few steps are not counted one by one";
    std::string many;
    for (int i = 0; i < 200; ++i) many += "<r><x>1</x></r>";
    Survey large("<a/><r><x/></r>", bind_of("a", "constraint='count(//*[count(//*) &gt; 0]) &gt; 0'"),
                 forms::repeat_of("/data/r"));
    large.limits.steps = 5'000;
    EXPECT_THROW((void)large.judge("<a>1</a>" + many), EvaluationFault);
    large.limits.steps = 1'000'000;
    EXPECT_EQ(large.judge("<a>1</a>" + many), "");
}

}  // namespace
}  // namespace quire::logic

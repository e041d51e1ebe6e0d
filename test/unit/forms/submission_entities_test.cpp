// test/unit/forms/submission_entities_test.cpp: the entities that submissions ask for, and what is wrong with them.
#include "core/forms/submission_entities.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unit/forms/make_form.hpp"

namespace quire::forms {
namespace {

using Action = Entity::Action;
using Data = std::vector<std::pair<std::string, std::string>>;

const std::string uuid = "0b5e6f3a-9d1c-4e27-8a40-5c1d2e3f4a5b";
const std::string branch = "c0ffee00-1234-4abc-bdef-0123456789ab";

Form form(const std::string &instance, const std::string &binds = "", const std::string &body = "")
{
    return parsed("<html><head><model entities-version=\"2025.1.0\"><instance><survey id=\"s\">" + instance +
                  "</survey></instance>" + binds + "</model></head><body>" + body + "</body></html>");
}

std::string bind(const std::string &path, const std::string &property)
{
    return "<bind nodeset=\"/survey" + path + "\" type=\"string\" saveto=\"" + property + "\"/>";
}

std::string declared(const std::string &dataset, const std::string &actions = R"(create="" update="")")
{
    return "<meta><entity dataset=\"" + dataset + "\" " + actions + "><label/></entity></meta>";
}

const Form &wells()
{
    static const Form form =
        forms::form("<depth/><owner/>" + declared("wells"), bind("/depth", "depth_m") + bind("/owner", "owner"));
    return form;
}

std::vector<Entity> entities(const Form &form, const std::string &submission)
{
    auto result = read_submission_entities(form, submission, never);
    if (!result.ok()) throw std::runtime_error(result.fault().message);
    return std::move(result).value();
}

std::string meta(const std::string &attributes, const std::string &label = "<label>Well 7</label>")
{
    return "<meta><entity dataset=\"wells\" " + attributes + ">" + label + "</entity></meta>";
}

std::string with_id(const std::string &attributes)
{
    return "id=\"" + uuid + "\" " + attributes;
}

// The one entity of a submission to wells().
Entity well(const std::string &content)
{
    const auto found = entities(wells(), "<survey>" + content + "</survey>");
    if (found.size() != 1) throw std::runtime_error(std::to_string(found.size()) + " entities");
    return found[0];
}

void expect_error(const std::string &attributes, std::string_view part,
                  const std::string &label = "<label>Well 7</label>")
{
    const Entity entity = well(meta(attributes, label));
    ASSERT_TRUE(entity.error) << attributes;
    EXPECT_NE(entity.error->find(part), std::string::npos) << *entity.error;
}

void expect_no_error(const std::string &attributes, const std::string &label = "<label>Well 7</label>")
{
    EXPECT_EQ(well(meta(attributes, label)).error, std::nullopt) << attributes;
}

TEST(SubmissionEntities, ASubmissionCreatesAnEntity)
{
    const Entity entity = well("<owner>Ana &amp; Bo</owner><depth> 12 </depth>" + meta(with_id(R"(create="1")")));
    EXPECT_EQ(entity.error, std::nullopt);
    EXPECT_EQ(entity.action, Action::create);
    EXPECT_EQ(entity.dataset, "wells");
    EXPECT_EQ(entity.id, uuid);
    EXPECT_EQ(entity.label, "Well 7");
    EXPECT_EQ(entity.data, (Data{{"owner", "Ana & Bo"}, {"depth_m", " 12 "}}));
    EXPECT_EQ(entity.base_version, std::nullopt);
    EXPECT_EQ(entity.trunk_version, std::nullopt);
    EXPECT_EQ(entity.branch_id, std::nullopt);
}

TEST(SubmissionEntities, ASubmissionUpdatesAnEntity)
{
    const Entity entity = well(meta(
        with_id("update=\"true\" baseVersion=\"03\" trunkVersion=\"2\" branchId=\"uuid:" + branch + "\""), "<label/>"));
    EXPECT_EQ(entity.error, std::nullopt);
    EXPECT_EQ(entity.action, Action::update);
    EXPECT_EQ(entity.label, std::nullopt);
    EXPECT_EQ(entity.base_version, 3);
    EXPECT_EQ(entity.trunk_version, 2);
    EXPECT_EQ(entity.branch_id, branch);
    EXPECT_TRUE(entity.data.empty());
}

TEST(SubmissionEntities, WhatIsEmptyIsToBeAndWhatIsAbsentIsNot)
{
    EXPECT_EQ(well("<depth/>" + meta(with_id(R"(create="1")"))).data, (Data{{"depth_m", ""}}));
}

TEST(SubmissionEntities, OfAQuestionThatIsThereTwiceTheLastValueCounts)
{
    EXPECT_EQ(well("<depth>1</depth><owner>x</owner><depth>2</depth>" + meta(with_id(R"(create="1")"))).data,
              (Data{{"depth_m", "2"}, {"owner", "x"}}));
}

TEST(SubmissionEntities, OfTwoElementsTheLastCounts)
{
    EXPECT_TRUE(entities(wells(), "<survey>" + meta(with_id("create='1'")) + meta(with_id("update='0'")) + "</survey>")
                    .empty());
    EXPECT_EQ(well(meta(with_id("create='1'")) + meta(with_id("update='1' baseVersion='1'"))).action, Action::update);
}

TEST(SubmissionEntities, OnlyOneAndTrueAskForSomething)
{
    for (const char *off : {"", "0", "TRUE", "yes", "true()", " 1"}) {
        const std::string flag = "=\"" + std::string(off) + "\" ";
        EXPECT_TRUE(entities(wells(), "<survey>" + meta("create" + flag + "update" + flag) + "</survey>").empty())
            << off;
    }
    EXPECT_TRUE(entities(wells(), "<survey><depth>1</depth></survey>").empty());
    EXPECT_TRUE(entities(wells(), "<survey>" + meta("") + "</survey>").empty());
}

TEST(SubmissionEntities, ElementsMayHavePrefixesAndAttributesMayNot)
{
    const std::string start = "<survey><o:meta><e:entity dataset='wells' id='" + uuid + "' ";
    const std::string end = "><e:label>W</e:label></e:entity></o:meta></survey>";
    const auto found = entities(wells(), start + "create='1' e:baseVersion='x'" + end);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].error, std::nullopt);
    EXPECT_EQ(found[0].label, "W");
    EXPECT_TRUE(entities(wells(), start + "e:create='1'" + end).empty());
}

TEST(SubmissionEntities, AnIdIsAUuidOfVersion4)
{
    for (const char *id : {"0B5E6F3A-9D1C-4E27-BA40-5C1D2E3F4A5B", "uuid:0b5e6f3a-9d1c-4e27-Ba40-5c1d2e3f4a5b",
                           "UUID:0b5e6f3a-9d1c-4e27-ba40-5c1d2e3f4a5b"})
        EXPECT_EQ(well(meta("create='1' id='" + std::string(id) + "'")).id, "0b5e6f3a-9d1c-4e27-ba40-5c1d2e3f4a5b");
    for (const char *id :
         {"x", "0b5e6f3a-9d1c-1e27-8a40-5c1d2e3f4a5b", "0b5e6f3a-9d1c-4e27-7a40-5c1d2e3f4a5b",
          "0b5e6f3a-9d1c-4e27-8a40-5c1d2e3f4a5", "0b5e6f3a-9d1c-4e27-8a40-5c1d2e3f4a5b0",
          "0b5e6f3a09d1c-4e27-8a40-5c1d2e3f4a5b", "0b5e6f3g-9d1c-4e27-8a40-5c1d2e3f4a5b",
          " 0b5e6f3a-9d1c-4e27-8a40-5c1d2e3f4a5b", "uuid:uuid:0b5e6f3a-9d1c-4e27-8a40-5c1d2e3f4a5b", "uuid:"})
        expect_error("create='1' id='" + std::string(id) + "'", "attribute id is no UUID");
    expect_error("create='1'", "id is missing");
    expect_error("create='1' id=' '", "id is missing");
}

TEST(SubmissionEntities, CreatingNeedsALabelAndUpdatingDoesNot)
{
    for (const char *blank : {"", "<label/>", "<label> \n </label>"}) {
        expect_error(with_id("create='1'"), "label", blank);
        expect_no_error(with_id("update='1' baseVersion='1'"), blank);
    }
    EXPECT_EQ(well(meta(with_id("create='1'"), "<label> W </label>")).label, " W ");
}

TEST(SubmissionEntities, UpdatingNeedsABaseVersion)
{
    for (const char *none : {"", "baseVersion=''", "baseVersion=' '", "baseVersion='0'"})
        expect_error(with_id("update='1' " + std::string(none)), "baseVersion is missing");
}

TEST(SubmissionEntities, UpsertingIsUpdatingOrElseCreating)
{
    const Entity entity = well(meta(with_id("create='1' update='1' baseVersion='4'")));
    EXPECT_EQ(entity.action, Action::upsert);
    EXPECT_EQ(entity.base_version, 4);
    expect_no_error(with_id("create='1' update='1' baseVersion='4'"), "");
    expect_no_error(with_id("create='1' update='1'"));
    expect_error(with_id("create='1' update='1'"), "label", "");
    expect_error(with_id("create='1' update='1' baseVersion='4x'"), "baseVersion");
}

TEST(SubmissionEntities, VersionsAreWholeNumbersThatFit)
{
    const std::string offline = "update='1' branchId='" + branch + "' ";
    for (const char *bad : {"x", "1.5", "-1", "+1", "1 ", "1e3", "0x1"}) {
        expect_error(with_id(offline + "baseVersion='" + bad + "'"), "baseVersion is no whole number");
        expect_error(with_id(offline + "baseVersion='1' trunkVersion='" + bad + "'"),
                     "trunkVersion is no whole number");
    }
    expect_error(with_id("update='1' baseVersion='2147483648'"), "baseVersion is too large");
    expect_error(with_id("create='1' baseVersion='99999999999999999999'"), "baseVersion is too large");
    EXPECT_EQ(well(meta(with_id("update='1' baseVersion='2147483647'"))).base_version, 2147483647);
}

TEST(SubmissionEntities, ABranchIsAUuidAndATrunkNeedsABranch)
{
    expect_error(with_id("update='1' baseVersion='1' branchId='main'"), "branchId is no UUID");
    expect_error(with_id("update='1' baseVersion='1' trunkVersion='1'"), "trunkVersion is given without branchId");
    expect_no_error(with_id("update='1' baseVersion='1' trunkVersion='' branchId=''"));
    expect_no_error(with_id("update='1' baseVersion='1' trunkVersion='' branchId='" + branch + "'"));
}

TEST(SubmissionEntities, TheDatasetIsTheSubmittedOne)
{
    const Form &form = wells();
    const std::string rest = " create='1' id='" + uuid + "'><label>W</label></entity></meta></survey>";
    const auto other = entities(form, "<survey><meta><entity dataset='pumps'" + rest);
    ASSERT_EQ(other.size(), 1u);
    EXPECT_EQ(other[0].dataset, "pumps");
    EXPECT_EQ(other[0].error, std::nullopt);
    for (const char *none : {"", " dataset=''", " dataset=' '"}) {
        const auto without = entities(form, "<survey><meta><entity" + std::string(none) + rest);
        ASSERT_EQ(without.size(), 1u);
        EXPECT_EQ(without[0].error, "the attribute dataset is missing or empty");
    }
}

TEST(SubmissionEntities, AnActionHasToBeDeclared)
{
    const std::string all = "<survey>" + meta(with_id("create='1' update='1' baseVersion='1'")) + "</survey>";
    const auto created = entities(form(declared("wells", "update=''")), all);
    ASSERT_EQ(created.size(), 1u);
    EXPECT_EQ(created[0].error, "the attribute create is on, but the form does not declare it");
    const auto updated = entities(form(declared("wells", "create=''")), all);
    ASSERT_EQ(updated.size(), 1u);
    EXPECT_EQ(updated[0].error, "the attribute update is on, but the form does not declare it");
}

TEST(SubmissionEntities, WithAnErrorTheRestIsStillKnown)
{
    const Entity entity = well("<depth>3</depth>" + meta("create='1' id='secret' baseVersion='2'"));
    ASSERT_TRUE(entity.error);
    EXPECT_EQ(entity.error->find("secret"), std::string::npos);
    EXPECT_EQ(entity.id, std::nullopt);
    EXPECT_EQ(entity.label, "Well 7");
    EXPECT_EQ(entity.base_version, 2);
    EXPECT_EQ(entity.data, (Data{{"depth_m", "3"}}));
}

TEST(SubmissionEntities, FaultyDeclarationsAreTheErrorOfEachEntity)
{
    const Form faulty = form("<depth/>" + declared("wells"), bind("/depth", "name"));
    const auto found = entities(faulty, "<survey><depth>3</depth>" + meta(with_id("create='1'")) + "</survey>");
    ASSERT_EQ(found.size(), 1u);
    ASSERT_TRUE(found[0].error);
    EXPECT_EQ(found[0].error->find("the form declares its entities wrongly: "), 0u) << *found[0].error;
    EXPECT_EQ(found[0].id, uuid);
    EXPECT_TRUE(entities(faulty, "<survey>" + meta(with_id("create='0'")) + "</survey>").empty());
}

TEST(SubmissionEntities, EachInstanceOfARepeatHasItsOwnInTheOrderOfTheDeclarations)
{
    const Form nested = form("<village/>" + declared("villages") + "<well><depth/>" + declared("wells") +
                                 "<g><pump><kind/>" + declared("pumps") + "</pump></g></well>",
                             bind("/village", "v") + bind("/well/depth", "d") + bind("/well/g/pump/kind", "k"),
                             "<repeat nodeset='/survey/well'><repeat nodeset='/survey/well/g/pump'/></repeat>");
    const auto entity = [](const std::string &dataset, const std::string &label) {
        return "<meta><entity dataset='" + dataset + "' create='1' id='" + uuid + "'><label>" + label +
               "</label></entity></meta>";
    };
    const std::string kind_last =
        "<g><pump>" + entity("pumps", "p1") + "<kind>hand</kind></pump><pump>" + entity("pumps", "p2") + "</pump></g>";
    const auto found =
        entities(nested, "<survey><well><depth>1</depth>" + entity("wells", "w1") + kind_last +
                             "</well><well><g><pump><kind>solar</kind>" + entity("pumps", "p3") + "</pump></g>" +
                             entity("wells", "w2") + "</well><well><depth>9</depth></well>" + entity("villages", "v1") +
                             "<village>Oda</village></survey>");
    std::vector<std::string> labels;
    for (const Entity &one : found) labels.push_back(one.label.value_or("") + (one.error ? *one.error : ""));
    EXPECT_EQ(labels, (std::vector<std::string>{"v1", "w1", "w2", "p1", "p2", "p3"}));
    EXPECT_EQ(found[0].data, (Data{{"v", "Oda"}}));
    EXPECT_EQ(found[1].data, (Data{{"d", "1"}}));
    EXPECT_TRUE(found[2].data.empty());
    EXPECT_EQ(found[3].data, (Data{{"k", "hand"}}));
    EXPECT_TRUE(found[4].data.empty());
    EXPECT_EQ(found[5].data, (Data{{"k", "solar"}}));
}

TEST(SubmissionEntities, AGroupInARepeatHasOneInEachInstance)
{
    const Form grouped = form("<r><g><depth/>" + declared("wells") + "</g></r>", bind("/r/g/depth", "d"),
                              "<repeat nodeset='/survey/r'/>");
    const auto instance = [](const std::string &depth) {
        return "<r><g><depth>" + depth + "</depth>" + meta(with_id("create='1'")) + "</g></r>";
    };
    const auto found = entities(grouped, "<survey>" + instance("1") + instance("2") + "</survey>");
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].data, (Data{{"d", "1"}}));
    EXPECT_EQ(found[1].data, (Data{{"d", "2"}}));
}

TEST(SubmissionEntities, AnEntityWithoutLabelInTheFormIsFoundAsWell)
{
    const Form leaf = form("<meta><e:entity xmlns:e='urn:e' dataset='wells' update=''/></meta>");
    ASSERT_TRUE(leaf[leaf.find("/meta/entity")].is_leaf());
    const auto found = entities(leaf, "<survey>" + meta(with_id("update='1' baseVersion='1'")) + "</survey>");
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].error, std::nullopt);
    EXPECT_EQ(found[0].label, std::nullopt);
}

TEST(SubmissionEntities, EncryptedFormsHaveNone)
{
    const Form encrypted = form(declared("wells"), "<submission base64RsaPublicKey='k'/>");
    EXPECT_TRUE(entities(encrypted, "<survey>" + meta(with_id("create='1'")) + "</survey>").empty());
}

TEST(SubmissionEntities, ATextThatIsNoDocumentIsAFault)
{
    const auto result = read_submission_entities(wells(), "<survey>" + meta(with_id("create='1'")), never);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.fault().kind, xml::ScanFault::Kind::ill_formed);
}

}  // namespace
}  // namespace quire::forms

// test/unit/forms/entities_test.cpp: what forms declare of entities, and what is wrong with declarations.
#include "core/forms/entities.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "unit/forms/make_form.hpp"

namespace quire::forms {
namespace {

using Names = std::vector<std::string>;

// A form whose root is `survey`; `model` are attributes of the model element.
Form form(const std::string &instance, const std::string &binds = "",
          const std::string &model = R"(e:entities-version="2025.1.0")", const std::string &body = "")
{
    return parsed("<html xmlns:e=\"urn:entities\"><head><model " + model + "><instance><survey id=\"s\">" + instance +
                  "</survey></instance>" + binds + "</model></head><body>" + body + "</body></html>");
}

std::string meta(const std::string &attributes)
{
    return "<meta><entity " + attributes + "><label/></entity></meta>";
}

std::string bind(const std::string &path, const std::string &property)
{
    return "<bind nodeset=\"/survey" + path + "\" type=\"string\" e:saveto=\"" + property + "\"/>";
}

const std::string wells = meta(R"(dataset="wells" id="" create="")");
const std::string in_repeat = "<repeat nodeset=\"/survey/r\"/>";

std::vector<Dataset> datasets(const Form &form)
{
    auto result = datasets_of(form);
    if (!result.ok()) throw std::runtime_error(result.fault().message);
    return std::move(result).value();
}

Names property_paths(const Form &form, const Dataset &dataset)
{
    Names paths;
    for (const std::uint32_t node : dataset.properties) paths.push_back(form[node].path);
    return paths;
}

// The fault is at the node with this path, names it, says `part`, and is told as a warning with its line too.
void expect_fault(const Form &form, std::string_view path, std::string_view part)
{
    const auto result = datasets_of(form);
    ASSERT_FALSE(result.ok()) << part;
    const auto &[node, message] = result.fault();
    EXPECT_EQ(form[node].path, path);
    EXPECT_NE(message.find(path), std::string::npos) << message;
    EXPECT_NE(message.find(part), std::string::npos) << message;
    ASSERT_EQ(form.warnings.size(), 1u);
    EXPECT_EQ(form.warnings[0].message, message);
    EXPECT_EQ(form.warnings[0].path, path);
    EXPECT_EQ(form.warnings[0].line, form[node].line);
}

TEST(Entities, AFormWithoutEntitiesDeclaresNothingAndNeedsNoVersion)
{
    const Form plain = form("<depth/><meta><instanceID/></meta>", bind("/depth", "name"), "");
    EXPECT_TRUE(datasets(plain).empty());
    EXPECT_TRUE(plain.warnings.empty());
}

TEST(Entities, TheMetaBlockOfTheRootDeclaresOneOfEachSubmission)
{
    const Form one = form("<depth/><g><owner/></g><note/>" + meta(R"(dataset=" wells " create="" update="")"),
                          bind("/depth", "depth_m") + bind("/g/owner", "owner") + bind("/note", ""));
    const auto found = datasets(one);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].name, "wells");
    EXPECT_TRUE(found[0].create && found[0].update);
    EXPECT_FALSE(found[0].repeats);
    EXPECT_EQ(one[found[0].element].path, "/meta/entity");
    EXPECT_EQ(dataset_path(one, found[0]), "/");
    EXPECT_EQ(property_paths(one, found[0]), (Names{"/depth", "/g/owner"}));
    EXPECT_TRUE(one.warnings.empty());
    ASSERT_EQ(one.entities.size(), 1u);
    EXPECT_EQ(one.entities[0].declared_dataset, " wells ");
}

TEST(Entities, AnActionIsDeclaredByItsAttributeWhateverItSays)
{
    const auto found = datasets(form(meta(R"(dataset="wells" update="false")")));
    ASSERT_EQ(found.size(), 1u);
    EXPECT_FALSE(found[0].create);
    EXPECT_TRUE(found[0].update);
}

TEST(Entities, PrefixesDoNotCount)
{
    const Form prefixed = form(R"(<o:meta xmlns:o="urn:o"><e:entity e:dataset="wells" e:create="1"><e:label/>)"
                               "</e:entity></o:meta>");
    ASSERT_EQ(datasets(prefixed).size(), 1u);
    EXPECT_EQ(datasets(prefixed)[0].name, "wells");
    // Nor does it count that such an entity without a label is a leaf to the form.
    EXPECT_EQ(datasets(form(R"(<meta><e:entity dataset="wells" create=""/></meta>)")).size(), 1u);
}

TEST(Entities, AnElementElsewhereIsNoDeclaration)
{
    EXPECT_TRUE(form(R"(<entity dataset="wells" create=""/>)").entities.empty());
    EXPECT_TRUE(form(R"(<meta><g><entity dataset="wells" create=""/></g></meta>)").entities.empty());
    EXPECT_TRUE(
        parsed(R"(<html><head><model><instance><meta id="m"><entity dataset="wells" create=""/></meta></instance>
        </model></head></html>)")
            .entities.empty());
}

TEST(Entities, APropertyBelongsToTheInnermostDatasetAroundIt)
{
    const Form nested =
        form("<a/><g><b/>" + meta(R"(dataset="pumps" create="")") + "<h><c/></h></g><g2><d/></g2>" + wells,
             bind("/a", "x") + bind("/g/b", "x") + bind("/g/h/c", "y") + bind("/g2/d", "z"));
    const auto found = datasets(nested);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].name, "pumps");
    EXPECT_EQ(dataset_path(nested, found[0]), "/g/");
    EXPECT_EQ(property_paths(nested, found[0]), (Names{"/g/b", "/g/h/c"}));
    EXPECT_EQ(property_paths(nested, found[1]), (Names{"/a", "/g2/d"}));
}

TEST(Entities, APropertyWithoutADatasetAroundItIsPassedOver)
{
    const Form outside = form("<a/><g><b/>" + wells + "</g>", bind("/a", "x") + bind("/g/b", "y"));
    EXPECT_EQ(property_paths(outside, datasets(outside)[0]), Names{"/g/b"});
}

TEST(Entities, ARepeatMakesOneOfEachInstance)
{
    const Form repeated = form("<r><b/>" + wells + "<g><c/></g></r>", bind("/r/b", "x") + bind("/r/g/c", "y"),
                               R"(entities-version="2025.1.3")", in_repeat);
    const auto found = datasets(repeated);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_TRUE(found[0].repeats);
    EXPECT_EQ(dataset_path(repeated, found[0]), "/r/");
    EXPECT_EQ(property_paths(repeated, found[0]), (Names{"/r/b", "/r/g/c"}));
    const Form group =
        form("<r><g><c/>" + wells + "</g></r>", bind("/r/g/c", "y"), R"(entities-version="2024.1.0")", in_repeat);
    EXPECT_FALSE(datasets(group)[0].repeats);
    EXPECT_EQ(property_paths(group, datasets(group)[0]), Names{"/r/g/c"});
}

TEST(Entities, ARepeatWrittenTwiceDeclaresOnce)
{
    const std::string r = "<b/>" + wells;
    EXPECT_EQ(datasets(form("<r t:template=\"\" xmlns:t=\"urn:t\">" + r + "</r><r>" + r + "</r>", "",
                            R"(entities-version="2025.1.0")", in_repeat))
                  .size(),
              1u);
}

TEST(Entities, EncryptedFormsDeclareThemToo)
{
    const Form encrypted = form(meta(""), "<submission base64RsaPublicKey=\"k\"/>", "");
    EXPECT_EQ(encrypted.entities.size(), 1u);
}

TEST(Entities, TheVersionIsOneFrom2022To2025)
{
    for (const char *version :
         {"2022.1.0", "2022.1.17", "2023.1.0", "2024.1.0", "2024.12.31", " 2025.1.0 ", "2025.1.99"})
        EXPECT_TRUE(datasets_of(form(wells, "", "entities-version=\"" + std::string(version) + '"')).ok()) << version;
    for (const char *version : {"", "2022.1", "2022.0.9", "2021.1.0", "2025.2.0", "2026.1.0", "2024.01.0", "2024.1.0.0",
                                "2024.1.", "2024.1.-1", "2024.1.0-rc", "v1", "2024 1 0", "2024.1.99999999999999999999"})
        expect_fault(form(wells, "", "entities-version=\"" + std::string(version) + '"'), "/meta/entity", "none from");
    expect_fault(form(wells, "", ""), "/meta/entity", "has no entities-version");
}

TEST(Entities, VersionsBefore2024AreWarnedOf)
{
    const Form old = form(wells, "", R"(entities-version="2023.1.0")");
    ASSERT_EQ(old.warnings.size(), 1u);
    EXPECT_NE(old.warnings[0].message.find("2024.1.0"), std::string::npos);
    EXPECT_TRUE(form(wells, "", R"(entities-version="2024.1.0")").warnings.empty());
}

TEST(Entities, ADeclarationNeedsADatasetWithAValidName)
{
    expect_fault(form(meta(R"(create="")")), "/meta/entity", "no attribute dataset");
    for (const char *name : {"", " ", "we lls", "wells.csv", "__wells", "2wells"})
        expect_fault(form(meta("create=\"\" dataset=\"" + std::string(name) + '"')), "/meta/entity", "no valid name");
}

TEST(Entities, ADeclarationNeedsAnAction)
{
    expect_fault(form(meta(R"(dataset="wells" id="" baseVersion="")")), "/meta/entity", "neither create nor update");
}

TEST(Entities, PropertiesNeedValidNamesEvenWhereNoDatasetTakesThem)
{
    for (const char *name : {"name", "LABEL", "a b", "__a", "a:b", "1"}) {
        expect_fault(form("<depth/>" + wells, bind("/depth", name)), "/depth", "no valid name");
        expect_fault(form("<depth/><g>" + wells + "</g>", bind("/depth", name)), "/depth", "no valid name");
    }
}

TEST(Entities, AValueOfARepeatCannotBeSavedToAnEntityOutsideIt)
{
    expect_fault(form("<r><b/></r>" + wells, bind("/r/b", "x"), R"(entities-version="2025.1.0")", in_repeat), "/r/b",
                 "outside");
    expect_fault(form("<g><q><b/></q>" + wells + "</g>", bind("/g/q/b", "x"), R"(entities-version="2025.1.0")",
                      "<repeat nodeset=\"/survey/g/q\"/>"),
                 "/g/q/b", "/g/q");
}

TEST(Entities, SeveralEntitiesOrOnesInRepeatsNeed2025)
{
    const std::string before = R"(entities-version="2024.1.0")";
    expect_fault(form("<r>" + wells + "</r>", "", before, in_repeat), "/r/meta/entity", "2025.1.0");
    expect_fault(form("<g>" + meta(R"(dataset="pumps" create="")") + "</g>" + wells, "", before), "/g/meta/entity",
                 "one of several");
    EXPECT_TRUE(datasets_of(form("<g>" + wells + "</g>", "", before)).ok());
}

TEST(Entities, TwoQuestionsCannotBeSavedToOnePropertyInWhateverCase)
{
    expect_fault(form("<a/><b/>" + wells, bind("/a", "depth") + bind("/b", "depth")), "/b", "/a");
    expect_fault(form("<a/><b/>" + wells, bind("/a", "depth") + bind("/b", "Depth")), "/b", "same property");
    EXPECT_TRUE(datasets_of(form("<a/><g><b/>" + meta(R"(dataset="pumps" create="")") + "</g>" + wells,
                                 bind("/a", "depth") + bind("/g/b", "depth")))
                    .ok());
}

TEST(Entities, ADatasetIsDeclaredOnce)
{
    expect_fault(form("<g>" + wells + "</g>" + meta(R"(dataset="Wells" create="")")), "/meta/entity", "/g/meta/entity");
}

}  // namespace
}  // namespace quire::forms

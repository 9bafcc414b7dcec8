package org.saccade;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The house: who may know whom. An arrow only ever points down. */
@AnalyzeClasses(packages = "org.saccade", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule dependenciesPointDown =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("cli")
          .definedBy("org.saccade.cli..")
          .layer("job")
          .definedBy("org.saccade.job..")
          .layer("report")
          .definedBy("org.saccade.report..")
          .layer("audit")
          .definedBy("org.saccade.audit..")
          .layer("localization")
          .definedBy("org.saccade.localization..")
          .layer("unravel")
          .definedBy("org.saccade.unravel..")
          .layer("engine")
          .definedBy("org.saccade.engine..")
          .layer("network")
          .definedBy("org.saccade.network..")
          .layer("image")
          .definedBy("org.saccade.image..")
          .layer("dataset")
          .definedBy("org.saccade.dataset..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("job")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("report")
          .mayOnlyBeAccessedByLayers("cli", "job")
          .whereLayer("audit")
          .mayOnlyBeAccessedByLayers("cli", "job", "report")
          .whereLayer("localization")
          .mayOnlyBeAccessedByLayers("cli", "job", "report", "audit")
          .whereLayer("unravel")
          .mayOnlyBeAccessedByLayers("cli", "job", "audit", "localization")
          .whereLayer("engine")
          .mayOnlyBeAccessedByLayers("cli", "job", "audit", "unravel")
          .whereLayer("network")
          .mayOnlyBeAccessedByLayers("cli", "job", "audit", "unravel", "engine");

  @ArchTest
  static final ArchRule theLibraryKnowsNoSpark =
      noClasses()
          .that()
          .resideInAnyPackage(
              "org.saccade.image..",
              "org.saccade.network..",
              "org.saccade.engine..",
              "org.saccade.unravel..",
              "org.saccade.localization..",
              "org.saccade.dataset..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..", "scala..");

  @ArchTest
  static final ArchRule onlyTheCommandLineExits =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.saccade.cli..")
          .should()
          .callMethod(System.class, "exit", int.class);

  @ArchTest
  static final ArchRule noDumpingGrounds =
      classes().should().haveNameNotMatching(".*(Util|Utils|Manager|Helper)");
}

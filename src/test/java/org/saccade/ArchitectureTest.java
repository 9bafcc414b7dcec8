package org.saccade;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** The house: who may know whom. An arrow only ever points down. */
class ArchitectureTest {
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.saccade");

  @Test
  void dependenciesPointDown() {
    ArchRule rule =
        layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("cli")
            .definedBy("org.saccade.cli..")
            .layer("demo")
            .definedBy("org.saccade.demo..")
            .layer("job")
            .definedBy("org.saccade.job..")
            .layer("notebook")
            .definedBy("org.saccade.notebook..")
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
            .whereLayer("demo")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("job")
            .mayOnlyBeAccessedByLayers("cli", "demo")
            .whereLayer("notebook")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("report")
            .mayOnlyBeAccessedByLayers("cli", "demo", "job", "notebook")
            .whereLayer("audit")
            .mayOnlyBeAccessedByLayers("cli", "demo", "job", "report")
            .whereLayer("localization")
            .mayOnlyBeAccessedByLayers("cli", "demo", "job", "notebook", "report", "audit")
            .whereLayer("unravel")
            .mayOnlyBeAccessedByLayers("cli", "demo", "job", "audit", "localization")
            .whereLayer("engine")
            .mayOnlyBeAccessedByLayers("cli", "demo", "job", "audit", "unravel")
            .whereLayer("network")
            .mayOnlyBeAccessedByLayers("cli", "demo", "job", "audit", "unravel", "engine");
    rule.check(HOUSE);
  }

  /** Commands do not know one another, but for those whose work is another one's result. */
  @Test
  void jobsShareOnlyWhatIsShared() {
    ArchRule rule =
        layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("explain")
            .definedBy("org.saccade.job.explain..")
            .layer("audit")
            .definedBy("org.saccade.job.audit..")
            .layer("evaluate")
            .definedBy("org.saccade.job.evaluate..")
            .layer("pack")
            .definedBy("org.saccade.job.pack..")
            .layer("report")
            .definedBy("org.saccade.job.report..")
            .layer("benchmark")
            .definedBy("org.saccade.job.benchmark..")
            .layer("images")
            .definedBy("org.saccade.job.images..")
            .layer("model")
            .definedBy("org.saccade.job.model..")
            .layer("tables")
            .definedBy("org.saccade.job.tables..")
            .layer("all jobs")
            .definedBy("org.saccade.job")
            // It times the tasks of explain.
            .whereLayer("explain")
            .mayOnlyBeAccessedByLayers("benchmark")
            // It reads their tables, whose names they know.
            .whereLayer("audit")
            .mayOnlyBeAccessedByLayers("report")
            .whereLayer("evaluate")
            .mayOnlyBeAccessedByLayers("report")
            .whereLayer("pack")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("report")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("benchmark")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("images")
            .mayOnlyBeAccessedByLayers("explain", "pack", "benchmark")
            .whereLayer("model")
            .mayOnlyBeAccessedByLayers("explain", "audit", "report", "benchmark")
            .whereLayer("tables")
            .mayOnlyBeAccessedByLayers("explain", "audit", "evaluate", "report")
            .whereLayer("all jobs")
            .mayNotAccessAnyLayer();
    rule.check(HOUSE);
  }

  @Test
  void roomsOfJobsPointOneWay() {
    slices().matching("org.saccade.job.(*)..").should().beFreeOfCycles().check(HOUSE);
  }

  @Test
  void theLibraryKnowsNoSpark() {
    ArchRule rule =
        noClasses()
            .that()
            .resideInAnyPackage(
                "org.saccade.demo.scene..",
                "org.saccade.demo.training..",
                "org.saccade.image..",
                "org.saccade.network..",
                "org.saccade.engine..",
                "org.saccade.unravel..",
                "org.saccade.localization..",
                "org.saccade.audit..",
                "org.saccade.dataset..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.spark..", "scala..");
    rule.check(HOUSE);
  }

  @Test
  void onlyTheCommandLineExits() {
    ArchRule rule =
        noClasses()
            .that()
            .resideOutsideOfPackage("org.saccade.cli..")
            .should()
            .callMethod(System.class, "exit", int.class);
    rule.check(HOUSE);
  }

  @Test
  void noDumpingGrounds() {
    ArchRule rule = classes().should().haveNameNotMatching(".*(Util|Utils|Manager|Helper)");
    rule.check(HOUSE);
  }
}

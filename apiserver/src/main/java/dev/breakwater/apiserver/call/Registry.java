package dev.breakwater.apiserver.call;

import dev.breakwater.apiserver.answer.Answers;
import dev.breakwater.apiserver.answer.ObjectAnswer;
import dev.breakwater.apiserver.intake.Intake;
import dev.breakwater.apiserver.object.StoredForm;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.segment.ZlibPool;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * What all verbs work with.
 *
 * @param random for generated names and for spreading the ends of watches; need not be secret
 */
public record Registry(
        ReportStore store,
        ZlibPool pool,
        Intake intake,
        StoredForm form,
        Answers answers,
        ObjectAnswer answer,
        InstantSource clock,
        RandomGenerator random) {}

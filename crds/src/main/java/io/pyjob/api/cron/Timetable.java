package io.pyjob.api.cron;

import io.pyjob.api.cron.InvalidTimetable.Field;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The times of a schedule in a time zone.
 *
 * <p>Where clocks are put forward, a time of day that they pass over comes at that moment, once. Where they are put back, a
 * time of day comes the first time only. A schedule whose minutes or hours begin with a star means every so often instead: it
 * goes by the clock as that stands, so that nothing is missing from an hour that comes twice, nor made up for one that does not
 * come.
 */
public final class Timetable {
    /** For the search of the latest time: how far back to look, in steps. */
    private static final List<Duration> LOOKS = List.of(
            Duration.ofHours(1),
            Duration.ofDays(1),
            Duration.ofDays(32),
            Duration.ofDays(366),
            Duration.ofDays(9 * 366));

    private final Cron cron;
    private final ZoneId zone;

    private Timetable(Cron cron, ZoneId zone) {
        this.cron = cron;
        this.zone = zone;
    }

    /** Reads the two fields of a schedule's spec. */
    public static Timetable of(String schedule, String timeZone) throws InvalidTimetable {
        return new Timetable(Cron.of(schedule), zone(timeZone));
    }

    /** All names of time zones. */
    public static Set<String> zones() {
        return ZoneId.getAvailableZoneIds();
    }

    public ZoneId zone() {
        return zone;
    }

    /** The first time after {@code after}. */
    public Instant next(Instant after) {
        return cron.isTimeOfDay() ? nextTimeOfDay(after) : nextByTheClock(after);
    }

    /** The last time that is after {@code after} and not after {@code until}. */
    public Optional<Instant> latest(Instant after, Instant until) {
        for (Duration look : LOOKS) {
            Instant from = until.minus(look);
            if (!from.isAfter(after)) {
                break;
            }
            Instant found = next(from);
            if (!found.isAfter(until)) {
                return Optional.of(last(found, until));
            }
        }
        Instant found = next(after);
        return found.isAfter(until) ? Optional.empty() : Optional.of(last(found, until));
    }

    /** How many times are after {@code after} and not after {@code until}; it stops counting at {@code most}. */
    public int count(Instant after, Instant until, int most) {
        int count = 0;
        for (Instant time = next(after); !time.isAfter(until) && count < most; time = next(time)) {
            count++;
        }
        return count;
    }

    private Instant last(Instant first, Instant until) {
        Instant last = first;
        for (Instant time = first; !time.isAfter(until); time = next(time)) {
            last = time;
        }
        return last;
    }

    private Instant nextTimeOfDay(Instant after) {
        LocalDateTime from = LocalDateTime.ofInstant(after, zone).truncatedTo(ChronoUnit.MINUTES);
        while (true) {
            LocalDateTime local = cron.next(from);
            Instant time = timeOfDay(local);
            if (time.isAfter(after)) {
                return time;
            }
            from = local.plusMinutes(1);
        }
    }

    private Instant timeOfDay(LocalDateTime local) {
        ZoneRules rules = zone.getRules();
        @Nullable ZoneOffsetTransition transition = rules.getTransition(local);
        return transition != null && transition.isGap()
                ? transition.getInstant()
                : local.toInstant(rules.getOffset(local)); // of two, that before the clocks are put back
    }

    private Instant nextByTheClock(Instant after) {
        ZoneRules rules = zone.getRules();
        Instant from = after.plusNanos(1);
        while (true) {
            ZoneOffset offset = rules.getOffset(from);
            Instant time = cron.next(wholeMinute(LocalDateTime.ofInstant(from, offset)))
                    .toInstant(offset);
            @Nullable ZoneOffsetTransition transition = rules.nextTransition(from);
            if (transition == null || time.isBefore(transition.getInstant())) {
                return time;
            }
            from = transition.getInstant();
        }
    }

    private static LocalDateTime wholeMinute(LocalDateTime time) {
        LocalDateTime minute = time.truncatedTo(ChronoUnit.MINUTES);
        return minute.equals(time) ? minute : minute.plusMinutes(1);
    }

    private static ZoneId zone(String name) throws InvalidTimetable {
        if (!zones().contains(name)) {
            throw new InvalidTimetable(
                    Field.timeZone, "\"" + name + "\" is no time zone: write one such as Europe/Berlin, or UTC");
        }
        return ZoneId.of(name);
    }
}

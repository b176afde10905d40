@NullMarked
package dev.breakwater.controller;

import org.jspecify.annotations.NullMarked;
